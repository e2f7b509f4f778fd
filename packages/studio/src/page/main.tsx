import "./known-language.js";
import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.js";
import { openNativeEngine } from "./engine/native-link.js";
import { openPageEngine } from "./engine/page-link.js";
import { keepForOffline } from "./offline/register.js";
import { type Address, readAddress, writeAddress } from "./state/address.js";
import { ChangesState } from "./state/changes.js";
import { nextFrame } from "./state/next-frame.js";
import { PicturesState } from "./state/pictures.js";
import { seldom } from "./state/seldom.js";
import { StudioState } from "./state/studio.js";
import { language, systemLanguage } from "./texts/index.js";
import "./styles/studio.css";

/** Milliseconds from when the engine is there to when the page is kept for visits without a connection. */
const offlineAfterMs = 2000;

const address = readAddress(location.search);
language.value = address.language ?? systemLanguage(navigator.languages);
const screen = signal(address.screen);
const look = signal(address.look);
const chosenLanguage = signal(address.language);
// The server of `trazo studio` says that the engine runs in its process.
const isNative = document.documentElement.dataset.engine === "native";
const studio = new StudioState(isNative ? openNativeEngine : openPageEngine, nextFrame, {
  autostart: address.screen !== "pictures",
  digit: address.digit,
  settings: address.settings,
  distortion: address.distortion,
  curve: address.curve,
  by: address.by,
  looked: address.looked,
  moment: address.moment,
  filter: address.filter,
  pair: address.pair,
  cell: address.cell,
});

effect(() => {
  language.value = chosenLanguage.value ?? systemLanguage(navigator.languages);
  document.documentElement.lang = language.value;
});
effect(() => {
  document.documentElement.dataset.look = look.value;
});
effect(() => {
  // Whoever comes for pictures needs no digits to be learned meanwhile.
  if (screen.value !== "pictures") studio.autostart();
});
const showAddress = seldom((search) =>
  history.replaceState(null, "", `${location.pathname}${search}${location.hash}`),
);
effect(() => {
  const subject = studio.subject.value;
  const shown: Address = {
    screen: screen.value,
    look: look.value,
    language: chosenLanguage.value,
    settings: studio.settings.value,
    digit: subject.kind === "digit" ? subject.index : undefined,
    distortion: studio.distortion.value,
    curve: studio.curve.value,
    by: studio.by.value,
    looked: studio.looked.value,
    moment: studio.moment.value ?? studio.awaited.value,
    filter: studio.filter.value,
    pair: studio.pair.value,
    cell: studio.cell.value,
  };
  showAddress(writeAddress(shown));
});

// Engines may be found again and again; the page is kept once.
const isEngineThere = computed(() => studio.opening.value > 0);
effect(() => {
  // The browser fetches all files of the page for it: not while the engine's are on their way and the first run begins.
  if (!isNative && isEngineThere.value) setTimeout(keepForOffline, offlineAfterMs);
});
// A picture that is dropped beside its place is not to be opened instead of the page.
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());

const place = document.getElementById("app");
if (place) {
  const pictures = new PicturesState(studio);
  const changes = new ChangesState(studio);
  const choices = { screen, look, chosenLanguage, isNative };
  // In a task of its own: together with this program's beginning it would keep the page busy for long.
  setTimeout(() => render(<App studio={studio} pictures={pictures} changes={changes} {...choices} />, place));
}
