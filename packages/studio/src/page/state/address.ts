import {
  type Distortion,
  type DistortionName,
  distortionNames,
  undistorted,
} from "../../protocol/messages.js";
import { baseSettings, knobLimits, type RunSettings } from "../../protocol/settings.js";
import { isLanguage, type Language } from "../texts/index.js";

export const screens = ["learn", "compare", "inside", "pictures"] as const;
export type Screen = (typeof screens)[number];
export const looks = ["auto", "light", "dark", "projector"] as const;
export type Look = (typeof looks)[number];

/** What the page's address says: enough to share what is shown. */
export interface Address {
  readonly screen: Screen;
  readonly look: Look;
  readonly language: Language | undefined;
  readonly settings: RunSettings | undefined;
  /** The test digit that is shown. */
  readonly digit: number | undefined;
  /** How what is shown is changed before it is read. */
  readonly distortion: Distortion | undefined;
  readonly curve: "accuracy" | "loss" | undefined;
  readonly by: DistortionName | undefined;
  /** The run whose inside is shown. */
  readonly looked: number | undefined;
  /** The moment of its training that a run is shown at. */
  readonly moment: Moment | undefined;
  /** Which of the first convolution's filters is shown, from 0. */
  readonly filter: number | undefined;
  /** The two runs whose readings are compared, and the cell of the confusion matrix whose digits are shown. */
  readonly pair: Pair | undefined;
  readonly cell: Cell | undefined;
}

export type Pair = readonly [a: number, b: number];

/** What digits are, and what they are read as. */
export interface Cell {
  readonly label: number;
  readonly read: number;
}

/** A moment of a run's training: after this many of its steps. */
export interface Moment {
  readonly run: number;
  readonly step: number;
}

/** In this order they stand in an address, and this far they go. */
const distortionLimits = [
  ["right", 28],
  ["down", 28],
  ["rotation", 180],
  ["zoom", 4],
  ["noise", 1],
] as const;

const textOf = (distortion: Distortion): string => distortionLimits.map(([name]) => distortion[name]).join();

function distortionIn(text: string | null): Distortion | undefined {
  const values = (text ?? "").split(",").map(Number);
  const isGiven =
    text !== null &&
    values.length === distortionLimits.length &&
    distortionLimits.every(([, most], i) => Math.abs(values[i] as number) <= most) &&
    (values[3] as number) >= 0.25 &&
    (values[4] as number) >= 0;
  if (!isGiven) return undefined;
  const [right = 0, down = 0, rotation = 0, zoom = 1, noise = 0] = values;
  return { right, down, rotation, zoom, noise };
}

function momentIn(text: string | null): Moment | undefined {
  const [, run, step] = /^(\d{1,6}),(\d{1,7})$/.exec(text ?? "") ?? [];
  return run === undefined || Number(run) === 0 ? undefined : { run: Number(run), step: Number(step) };
}

/** Two whole numbers within limits. */
function twoIn(text: string | null, least: number, most: number): Pair | undefined {
  const [, ...found] = /^(\d{1,6}),(\d{1,6})$/.exec(text ?? "") ?? [];
  const [a, b] = found.map(Number);
  const isGiven = a !== undefined && b !== undefined && Math.min(a, b) >= least && Math.max(a, b) <= most;
  return isGiven ? [a, b] : undefined;
}

/** Reads an address; what it says wrongly counts as not said. */
export function readAddress(query: string): Address {
  const asked = new URLSearchParams(query);
  const oneOf = <T extends string>(name: string, known: readonly T[]): T | undefined =>
    known.find((one) => one === asked.get(name));
  const number = (name: string, least: number, most: number): number | undefined => {
    const text = asked.get(name);
    const value = Number(text);
    return text !== null && text !== "" && value >= least && value <= most ? value : undefined;
  };
  const language = asked.get("lang");
  const [rotation, shift, zoom] = (asked.get("augment") ?? "").split(",").map(Number);
  const varied =
    within(rotation, knobLimits.rotation) && within(shift, knobLimits.shift) && within(zoom, knobLimits.zoom);
  const isGiven = ["l2", "l1", "dropout", "bn", "augment", "epochs", "seed"].some((name) => asked.has(name));
  return {
    screen: oneOf("screen", screens) ?? "learn",
    look: oneOf("look", looks) ?? "auto",
    language: isLanguage(language) ? language : undefined,
    digit: wholeOr(number("digit", 0, 1e6), undefined),
    distortion: distortionIn(asked.get("change")),
    curve: oneOf("curve", ["accuracy", "loss"] as const),
    by: oneOf("by", distortionNames),
    looked: wholeOr(number("look-into", 1, 1e6), undefined),
    moment: momentIn(asked.get("moment")),
    filter: filterAt(number("filter", 1, 6)),
    pair: pairOf(twoIn(asked.get("pair"), 1, 1e6)),
    cell: cellOf(twoIn(asked.get("cell"), 0, 9)),
    settings: isGiven
      ? {
          l2: number("l2", 0, knobLimits.l2.most) ?? 0,
          l1: number("l1", 0, knobLimits.l1.most) ?? 0,
          dropout: number("dropout", 0, knobLimits.dropout.most) ?? 0,
          batchNorm: asked.get("bn") === "1",
          augmentation: varied ? ({ rotation, shift, zoom } as RunSettings["augmentation"]) : null,
          epochs: wholeOr(
            number("epochs", knobLimits.epochs.least, knobLimits.epochs.most),
            baseSettings.epochs,
          ),
          seed: wholeOr(number("seed", knobLimits.seed.least, knobLimits.seed.most), baseSettings.seed),
        }
      : undefined,
  };
}

/** Filters are counted from 1 where people read it. */
const filterAt = (number: number | undefined): number | undefined =>
  number === undefined || !Number.isInteger(number) ? undefined : number - 1;

/** A network compared with itself says nothing. */
const pairOf = (two: Pair | undefined): Pair | undefined => (two && two[0] !== two[1] ? two : undefined);

const cellOf = (two: Pair | undefined): Cell | undefined => two && { label: two[0], read: two[1] };

const within = (value: number | undefined, { least, most }: { least: number; most: number }): boolean =>
  value !== undefined && value >= least && value <= most;

const wholeOr = <T>(value: number | undefined, otherwise: T): number | T =>
  value !== undefined && Number.isInteger(value) ? value : otherwise;

/** The query of an address, without what is as usual. */
export function writeAddress(address: Address): string {
  const { screen, look, language, settings, digit, distortion, curve, by, looked, moment } = address;
  const { filter, pair, cell } = address;
  const said = new URLSearchParams();
  if (screen !== "learn") said.set("screen", screen);
  if (look !== "auto") said.set("look", look);
  if (language) said.set("lang", language);
  if (digit !== undefined) said.set("digit", String(digit));
  if (distortion && textOf(distortion) !== textOf(undistorted)) said.set("change", textOf(distortion));
  if (curve === "loss") said.set("curve", curve);
  if (by && by !== "shift") said.set("by", by);
  if (looked !== undefined) said.set("look-into", String(looked));
  if (moment) said.set("moment", `${moment.run},${moment.step}`);
  if (filter) said.set("filter", String(filter + 1));
  if (pair) said.set("pair", pair.join());
  if (cell) said.set("cell", `${cell.label},${cell.read}`);
  if (settings) {
    const { l2, l1, dropout, batchNorm, augmentation, epochs, seed } = settings;
    if (l2 > 0) said.set("l2", String(l2));
    if (l1 > 0) said.set("l1", String(l1));
    if (dropout > 0) said.set("dropout", String(dropout));
    if (batchNorm) said.set("bn", "1");
    if (augmentation)
      said.set("augment", [augmentation.rotation, augmentation.shift, augmentation.zoom].join());
    said.set("epochs", String(epochs));
    said.set("seed", String(seed));
  }
  const query = said.toString().replaceAll("%2C", ",");
  return query === "" ? "" : `?${query}`;
}
