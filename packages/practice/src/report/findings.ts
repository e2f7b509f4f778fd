import { exerciseTarget } from "../published.js";
import type { ReportData, WeightHistogram } from "./data.js";
import type { Numbers } from "./numbers.js";
import { commonestMistake, counterpart, curve, kernelSize, type TechniqueSummary } from "./summary.js";
import type { ReportText } from "./text/text.js";

/** What all sentences are made from. */
interface Scene {
  readonly data: ReportData;
  readonly summaries: readonly TechniqueSummary[];
  readonly text: ReportText;
  readonly numbers: Numbers;
}

const PENALISED = new Set(["l1", "l2", "elastic-net"]);
const SMOOTHED = new Set(["best"]);
/** A change of the validation loss, or of an epoch's time, that is worth a word. */
const NOTABLE_RISE = 0.1;
const SAME_TIME = 0.03;

/** Whether the technique's loss contains a penalty on the weights. */
export function isPenalised(technique: string): boolean {
  return PENALISED.has(technique);
}

/** Whether the technique's loss is measured against smoothed targets. */
export function isSmoothed(technique: string): boolean {
  return SMOOTHED.has(technique);
}

/**
 * Whether two networks' wrong counts on the same test images differ by more than chance would explain: by two standard
 * errors of their difference, which is at most √(a + b) when each count is taken as Poisson's. Networks share many of
 * their mistakes, so this errs on the side of calling it chance.
 */
export function differsClearly(a: number, b: number): boolean {
  return Math.abs(a - b) > 2 * Math.sqrt(a + b);
}

/** Sentences on a technique, in two paragraphs. */
export interface Findings {
  /** What it achieves, against the base network. */
  readonly main: readonly string[];
  /** Time, commonest mistake and the notebook. */
  readonly more: readonly string[];
}

/** What the runs of a technique show, each sentence computed from their figures. */
export function findings(own: TechniqueSummary, scene: Scene): Findings {
  const base = scene.summaries.find(({ technique }) => technique === "base");
  const other = base === own ? undefined : base;
  return {
    main: [
      result(own, scene),
      ...(other === undefined ? target(own, scene) : against(own, other, scene)),
      ...twin(own, scene),
      ...penalty(own, other, scene),
      ...firstEpoch(own, other, scene),
      gap(own, other, scene),
      ...lossRise(own, scene),
    ],
    more: [...time(own, other, scene), ...mistake(own, scene), ...notebook(own, scene)],
  };
}

function result(own: TechniqueSummary, { data, text, numbers }: Scene): string {
  return text.findings.result({
    accuracy: numbers.percentOf(own.testAccuracy),
    wrong: numbers.mean(own.meanWrong),
    of: numbers.count(data.images.test),
    runs: numbers.count(own.runs.length),
    several: own.runs.length > 1,
  });
}

function target(own: TechniqueSummary, { text, numbers }: Scene): string[] {
  return [
    text.findings.target({
      reached: own.testAccuracy.mean > exerciseTarget,
      target: numbers.percent(exerciseTarget, 0),
    }),
  ];
}

function against(own: TechniqueSummary, other: TechniqueSummary, { text, numbers }: Scene): string[] {
  const [a, b] = [own.meanWrong, other.meanWrong];
  const words = { digits: numbers.mean(Math.abs(a - b)), other: text.technique(other.technique).running };
  if (!differsClearly(a, b)) return [text.findings.alike({ ...words, less: a < b, none: a === b })];
  return [a < b ? text.findings.fewer(words) : text.findings.more(words)];
}

/** Augmentation is batch normalisation's network on other images, so those two belong side by side. */
function twin(own: TechniqueSummary, { summaries, text, numbers }: Scene): string[] {
  const plain = summaries.find(({ technique }) => technique === "batchnorm");
  if (own.technique !== "augmentation" || plain === undefined) return [];
  const [a, b] = [own.meanWrong, plain.meanWrong];
  return [
    text.findings.twin({
      less: a < b,
      digits: numbers.mean(Math.abs(a - b)),
      clear: differsClearly(a, b),
      other: text.technique(plain.technique).running,
    }),
  ];
}

function penalty(
  own: TechniqueSummary,
  base: TechniqueSummary | undefined,
  { text, numbers }: Scene,
): string[] {
  if (!isPenalised(own.technique) || base === undefined) return [];
  return largestLayers(own, base).flatMap(([mine, theirs]) => [
    ...(mine.deviation < theirs.deviation
      ? [
          text.findings.narrower({
            layer: mine.layer,
            own: numbers.figure(mine.deviation),
            base: numbers.figure(theirs.deviation),
            times: numbers.figure(theirs.deviation / mine.deviation),
          }),
        ]
      : []),
    text.findings.nearZero({
      layer: mine.layer,
      own: numbers.percent(mine.nearZero, 1),
      base: numbers.percent(theirs.nearZero, 1),
    }),
  ]);
}

/** The layer with most weights, in both networks: the one the penalty weighs on most. */
function largestLayers(own: TechniqueSummary, base: TechniqueSummary): [WeightHistogram, WeightHistogram][] {
  const layers = own.shown.weights ?? [];
  const mine = layers.reduce<WeightHistogram | undefined>(
    (largest, layer) => (largest === undefined || kernelSize(layer) > kernelSize(largest) ? layer : largest),
    undefined,
  );
  if (mine === undefined) return [];
  const theirs = counterpart(own.shown, layers.indexOf(mine), base.shown);
  return theirs === undefined ? [] : [[mine, theirs]];
}

function firstEpoch(
  own: TechniqueSummary,
  base: TechniqueSummary | undefined,
  { text, numbers }: Scene,
): string[] {
  if (own.technique !== "batchnorm" || base === undefined) return [];
  const first = (summary: TechniqueSummary) => curve(summary.runs, "valAccuracy")[0]?.mean ?? Number.NaN;
  if (first(own) <= first(base)) return [];
  return [text.findings.firstEpoch({ own: numbers.percent(first(own)), base: numbers.percent(first(base)) })];
}

function gap(own: TechniqueSummary, base: TechniqueSummary | undefined, { text, numbers }: Scene): string {
  const value = own.gap.mean;
  const words = {
    epoch: numbers.count(own.shown.bestEpoch),
    gap: numbers.points(value),
    base: base && numbers.points(base.gap.mean, true),
  };
  return value < 0 ? text.findings.gapBelow(words) : text.findings.gapAbove(words);
}

function lossRise(own: TechniqueSummary, { text, numbers }: Scene): string[] {
  const points = curve(own.runs, "valLoss");
  const lowest = points.reduce((low, point) => (point.mean < low.mean ? point : low));
  const rise = (points.at(-1)?.mean ?? lowest.mean) / lowest.mean - 1;
  if (rise < NOTABLE_RISE) return [];
  return [text.findings.lossRises({ epoch: numbers.count(lowest.epoch), rise: numbers.percent(rise, 0) })];
}

function time(own: TechniqueSummary, base: TechniqueSummary | undefined, { text, numbers }: Scene): string[] {
  if (base === undefined) return [];
  const ratio = own.secondsPerEpoch / base.secondsPerEpoch - 1;
  const words = {
    percent: numbers.percent(Math.abs(ratio), 0),
    other: text.technique(base.technique).running,
  };
  if (Math.abs(ratio) < SAME_TIME) return [text.findings.sameTime(words)];
  return [ratio > 0 ? text.findings.slower(words) : text.findings.faster(words)];
}

function mistake(own: TechniqueSummary, { text, numbers }: Scene): string[] {
  const most = commonestMistake(own.shown.confusion);
  if (most === undefined || most.times < 2) return [];
  return [
    text.findings.mistake({
      actual: String(most.actual),
      predicted: String(most.predicted),
      times: numbers.count(most.times),
    }),
  ];
}

function notebook({ published }: TechniqueSummary, { text, numbers }: Scene): string[] {
  if (published === undefined) return [];
  const difference = published.here - published.valAccuracy;
  return [
    text.findings.notebook({
      published: numbers.percent(published.valAccuracy),
      epoch: numbers.count(published.epoch),
      here: numbers.percent(published.here),
      difference: numbers.points(difference),
      above: difference >= 0,
    }),
  ];
}
