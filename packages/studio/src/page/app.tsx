import type { Signal } from "@preact/signals";
import { Compare } from "./screens/compare.js";
import { Inside } from "./screens/inside.js";
import { Learn } from "./screens/learn.js";
import { Pictures } from "./screens/pictures.js";
import { type Look, looks, type Screen, screens } from "./state/address.js";
import type { ChangesState } from "./state/changes.js";
import type { PicturesState } from "./state/pictures.js";
import type { StudioState } from "./state/studio.js";
import { decimal, filled, type Language, language, languageCodes, languages, texts } from "./texts/index.js";
import { problemText } from "./ui/problem-text.js";

/** How much of the digits has come, before anything can be trained. */
function Loading({ studio }: { readonly studio: StudioState }) {
  const { loaded = 0, total } = studio.progress.value ?? {};
  const megabytes = (bytes: number): string => decimal(bytes / 1e6, 3);
  return (
    <label class="loading">
      <span>
        {filled(texts.value.loading, { loaded: megabytes(loaded), total: total ? megabytes(total) : "?" })}
      </span>
      <progress max={total ?? 1} {...(total && { value: loaded })} />
    </label>
  );
}

/** Scrolls to a heading as soon as it is there: what it heads may have to be measured first. */
function scrollWhenThere(id: string, tries = 40): void {
  const found = document.getElementById(id);
  if (found) found.scrollIntoView();
  else if (tries > 0) setTimeout(() => scrollWhenThere(id, tries - 1), 100);
}

/** The page: its head, and the screen that is chosen. */
export function App({
  studio,
  pictures,
  changes,
  screen,
  look,
  chosenLanguage,
  isNative,
}: {
  readonly studio: StudioState;
  readonly pictures: PicturesState;
  readonly changes: ChangesState;
  readonly screen: Signal<Screen>;
  readonly look: Signal<Look>;
  readonly chosenLanguage: Signal<Language | undefined>;
  /** Whether the engine runs in the studio's process, not in the page. */
  readonly isNative: boolean;
}) {
  const words = texts.value;
  const engine = studio.engine.value;
  const problem = studio.problem.shown.value;
  document.title = words.title;
  const go = (to: Screen, heading: string): void => {
    screen.value = to;
    scrollWhenThere(heading);
  };
  return (
    <>
      <header class="top">
        <h1>
          <span class="mark" aria-hidden="true" />
          {words.title}
        </h1>
        <nav class="screens">
          {screens.map((one) => (
            <button
              type="button"
              key={one}
              aria-current={screen.value === one ? "page" : undefined}
              onClick={() => {
                screen.value = one;
              }}
            >
              {words.screens[one]}
            </button>
          ))}
        </nav>
        <div class="choices">
          <select
            aria-label={words.look.label}
            value={look.value}
            onChange={({ currentTarget }) => {
              look.value = currentTarget.value as Look;
            }}
          >
            {looks.map((one) => (
              <option key={one} value={one}>
                {words.look[one]}
              </option>
            ))}
          </select>
          <select
            aria-label={words.languageLabel}
            value={language.value}
            onChange={({ currentTarget }) => {
              chosenLanguage.value = currentTarget.value as Language;
            }}
          >
            {languageCodes.map((code) => (
              <option key={code} value={code} lang={code}>
                {languages[code].language}
              </option>
            ))}
          </select>
        </div>
      </header>
      {studio.isLost.value && !problem && (
        <p class="banner" role="alert">
          {isNative ? words.disconnected : words.engineStopped}
        </p>
      )}
      {problem && (
        <p class="banner" role="alert">
          {problemText(problem)}{" "}
          {studio.canRetry && (
            <button type="button" onClick={() => studio.retry()}>
              {words.tryAgain}
            </button>
          )}
        </p>
      )}
      {!engine && studio.progress.value && !problem && <Loading studio={studio} />}
      <main>
        {screen.value === "learn" && <Learn studio={studio} changes={changes} />}
        {screen.value === "compare" && <Compare studio={studio} changes={changes.changes} go={go} />}
        {screen.value === "inside" && <Inside studio={studio} />}
        {screen.value === "pictures" && <Pictures studio={studio} state={pictures} />}
      </main>
      <footer class="bottom">
        {engine
          ? filled(engine.kind === "native" ? words.engineNative : words.enginePage, {
              library: engine.library,
              threads:
                engine.threads === 1 ? words.oneThread : filled(words.threads, { threads: engine.threads }),
            })
          : !problem && words.connecting}
        {studio.data.value && ` · ${studio.data.value.source}`}
      </footer>
    </>
  );
}
