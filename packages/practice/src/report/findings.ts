import { exerciseTarget } from "../published.js";
import type { ReportData, WeightHistogram } from "./data.js";
import { knownReport } from "./known-report.js";
import { type Numbers, pointsShown } from "./numbers.js";
import {
  type CurvePoint,
  commonestMistakes,
  counterpart,
  curve,
  kernelSize,
  type Measure,
  type TechniqueSummary,
} from "./summary.js";
import type { ReportText, Verdict } from "./text/text.js";

/** What all sentences are made from. */
interface Scene {
  readonly data: ReportData;
  readonly summaries: readonly TechniqueSummary[];
  readonly text: ReportText;
  readonly numbers: Numbers;
}

/** A rise of the validation loss, in proportion, that is worth a word. */
const notableRise = 0.1;
/** A validation accuracy so far below the training accuracy of the same epoch needs an explanation. */
const notableGap = 0.05;
/** From this share of nearly zero weights on, the penalty has switched most of a layer off. */
const mostZero = 0.5;
/** More mistakes than these, all as common, are none worth naming. */
const mostNamed = 2;
/** Before this epoch every network still learns fast, and none can be said to underfit. */
const epochsToJudge = 3;

/**
 * Whether two networks' wrong counts on the same images differ by more than two standard errors of their difference, which is
 * at most √(a + b) when each count is taken as Poisson's. It allows for the choice of the test images only: how much the
 * counts vary from one training to the next shows in several seeds alone.
 */
export function differsClearly(a: number, b: number): boolean {
  return Math.abs(a - b) > 2 * Math.sqrt(a + b);
}

/** What can be said of two techniques' wrong counts, each of all its seeds. */
export function verdictOn(own: readonly number[], other: readonly number[]): Verdict {
  const [a, b] = [mean(own), mean(other)];
  if (a === b) return "equal";
  if (!differsClearly(a, b)) return "may be chance";
  if (Math.min(own.length, other.length) === 1) return "single seed";
  const isApart = Math.max(...own) < Math.min(...other) || Math.min(...own) > Math.max(...other);
  return isApart ? "every seed" : "seeds overlap";
}

/** Sentences on a technique, in three paragraphs. */
export interface Findings {
  /** What to remember of it, in one sentence. */
  readonly conclusion: string;
  /** What it achieves, against the base network. */
  readonly main: readonly string[];
  /** Commonest mistake and the notebook. */
  readonly more: readonly string[];
}

/** What the runs of a technique show, each sentence computed from their figures. */
export function findings(own: TechniqueSummary, scene: Scene): Findings {
  const base = scene.summaries.find(({ technique }) => technique === "base");
  const other = base === own ? undefined : base;
  const start = firstEpoch(own, other, scene);
  // Where the first epoch's weights are the ones tested, a poor start explains all the rest.
  const isAllThereIs = own.runs.every(({ bestEpoch }) => bestEpoch === 1);
  const [conclusion = "", ...rest] = [
    ...underfitting(own, other, scene),
    ...(isAllThereIs ? start : []),
    ...(other === undefined ? [target(own, scene)] : [against(own, other, scene)]),
  ];
  return {
    conclusion,
    main: [
      ...rest,
      result(own, scene),
      ...twin(own, scene),
      ...penalty(own, other, scene),
      ...(isAllThereIs ? [] : start),
      gap(own, other, scene),
      ...lossRise(own, scene),
    ],
    more: [...mistake(own, scene), ...notebook(own, scene)],
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

function target(own: TechniqueSummary, { text, numbers }: Scene): string {
  return text.findings.target({
    reached: own.testAccuracy.mean > exerciseTarget,
    target: numbers.percent(exerciseTarget, 0),
    several: own.runs.length > 1,
  });
}

function against(own: TechniqueSummary, other: TechniqueSummary, { text, numbers }: Scene): string {
  return text.findings.against({
    digits: numbers.meanBetween(own.meanWrong, other.meanWrong),
    less: own.meanWrong < other.meanWrong,
    other: text.technique(other.technique).network,
    verdict: verdictOn(own.wrong, other.wrong),
    several: own.runs.length > 1,
  });
}

/** Some techniques are changes of another one than the base network. */
function twin(own: TechniqueSummary, scene: Scene): string[] {
  const plain = scene.summaries.find(({ technique }) => technique === knownReport(own.technique)?.buildsOn);
  return plain === undefined ? [] : [against(own, plain, scene)];
}

/** A penalty that switches most weights off, and a network that reads even its training digits worse for it. */
function underfitting(
  own: TechniqueSummary,
  base: TechniqueSummary | undefined,
  { data, text, numbers }: Scene,
): string[] {
  const { penalty: ofWeights } = knownReport(own.technique) ?? {};
  if (ofWeights === undefined || base === undefined) return [];
  const epoch = Math.min(own.epochs, base.epochs);
  const [layers] = largestLayers(own, base);
  if (layers === undefined || epoch < epochsToJudge) return [];
  const [mine, theirs] = layers;
  const readsWorse = (measure: Measure, images: number): boolean => {
    const [a, b] = [own, base].map(({ runs }) => images * (1 - at(curve(runs, measure), epoch)));
    return (a as number) > (b as number) && differsClearly(a as number, b as number);
  };
  const underfits =
    mine.nearZero > mostZero &&
    theirs.nearZero < mostZero &&
    readsWorse("accuracy", data.images.train) &&
    readsWorse("valAccuracy", data.images.validation);
  if (!underfits) return [];
  const { factor } = ofWeights;
  return [
    text.findings.underfits({
      factor: factor === undefined ? undefined : numbers.factor(factor),
      layer: mine.layer,
      nearZero: numbers.percent(mine.nearZero, 1),
    }),
  ];
}

function penalty(
  own: TechniqueSummary,
  base: TechniqueSummary | undefined,
  { text, numbers }: Scene,
): string[] {
  if (knownReport(own.technique)?.penalty === undefined || base === undefined) return [];
  return largestLayers(own, base).flatMap(([mine, theirs]) => [
    ...(mine.deviation > 0 && mine.deviation < theirs.deviation
      ? [
          text.findings.narrower({
            layer: mine.layer,
            own: numbers.figure(mine.deviation),
            base: numbers.figure(theirs.deviation),
            times: numbers.ratio(theirs.deviation, mine.deviation),
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

/** Batch normalization's first validation is often poor, and otherwise often better than the base network's. */
function firstEpoch(
  own: TechniqueSummary,
  base: TechniqueSummary | undefined,
  { text, numbers }: Scene,
): readonly string[] {
  const { normalizes } = knownReport(own.technique) ?? {};
  if (normalizes === undefined) return [];
  const validation = curve(own.runs, "valAccuracy");
  const first = at(validation, 1);
  const training = at(curve(own.runs, "accuracy"), 1);
  if (training - first > notableGap) {
    const second = at(validation, 2);
    const [point] = own.notebook;
    return text.findings.poorStart({
      own: numbers.percent(first),
      training: numbers.percent(training),
      second: second > first ? numbers.percent(second) : undefined,
      notebook: point?.epoch === 1 ? numbers.percent(point.valAccuracy) : undefined,
    });
  }
  if (normalizes !== "alone" || base === undefined) return [];
  const baseFirst = at(curve(base.runs, "valAccuracy"), 1);
  if (pointsShown(first, baseFirst) <= 0) return [];
  return [text.findings.firstEpoch({ own: numbers.percent(first), base: numbers.percent(baseFirst) })];
}

function gap(own: TechniqueSummary, base: TechniqueSummary | undefined, { text, numbers }: Scene): string {
  const gapOf = ({ trainAccuracy, valAccuracy }: TechniqueSummary) => ({
    points: numbers.pointsBetween(trainAccuracy.mean, valAccuracy.mean, false),
    sign: Math.sign(pointsShown(trainAccuracy.mean, valAccuracy.mean)),
  });
  return text.findings.gap({
    epoch: own.runs.length === 1 ? numbers.count(own.shown.bestEpoch) : undefined,
    own: gapOf(own),
    base: base && gapOf(base),
  });
}

/** A validation loss that rises and stays up; while the training loss falls, that is overfitting. */
function lossRise(own: TechniqueSummary, { text, numbers }: Scene): string[] {
  const points = curve(own.runs, "valLoss");
  const lowest = points.reduce((low, point) => (point.mean < low.mean ? point : low));
  const [last, before] = [points.at(-1) ?? lowest, points.at(-2) ?? lowest];
  const rise = (point: CurvePoint) => point.mean / lowest.mean - 1;
  // A single bad epoch at the end is not a trend.
  if (Math.min(rise(last), rise(before)) < notableRise) return [];
  const training = curve(own.runs, "loss");
  return [
    text.findings.lossRises({
      epoch: numbers.count(lowest.epoch),
      lowest: numbers.figure(lowest.mean),
      last: numbers.figure(last.mean),
      overfits: at(training, last.epoch) < at(training, lowest.epoch),
    }),
  ];
}

function mistake(own: TechniqueSummary, { text, numbers }: Scene): string[] {
  const most = commonestMistakes(own.shown.confusion);
  const [first] = most;
  if (first === undefined || first.times < 2 || most.length > mostNamed) return [];
  return [
    text.findings.mistakes({
      pairs: most.map(({ actual, predicted }) => [String(actual), String(predicted)] as const),
      times: numbers.count(first.times),
      seed: own.runs.length > 1 ? String(own.shown.seed) : undefined,
    }),
  ];
}

function notebook({ published }: TechniqueSummary, { text, numbers }: Scene): string[] {
  if (published === undefined) return [];
  return [
    text.findings.notebook({
      published: numbers.percent(published.valAccuracy),
      epoch: numbers.count(published.epoch),
      here: numbers.percent(published.here),
      difference: numbers.pointsBetween(published.here, published.valAccuracy),
    }),
  ];
}

const at = (points: readonly CurvePoint[], epoch: number): number =>
  points.find((point) => point.epoch === epoch)?.mean ?? Number.NaN;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
