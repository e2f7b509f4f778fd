import { type PublishedPoint, published, publishedBy } from "../published.js";
import {
  type EpochRecord,
  numClasses,
  type ReportData,
  type TechniqueRun,
  type WeightHistogram,
} from "./data.js";

/** Mean and spread over seeds. */
export interface Statistic {
  readonly mean: number;
  /** Sample standard deviation (n - 1); undefined of a single value. */
  readonly deviation: number | undefined;
}

/** All runs of one technique, and the figures the table shows. Figures of a run are those of its best epoch. */
export interface TechniqueSummary {
  readonly technique: string;
  readonly runs: readonly TechniqueRun[];
  /** The run whose pictures are shown: the one with the highest validation accuracy. */
  readonly shown: TechniqueRun;
  /** Epochs of the longest run. */
  readonly epochs: number;
  readonly valAccuracy: Statistic;
  readonly testAccuracy: Statistic;
  readonly testLoss: Statistic;
  /** Mean over the epoch while the network learns, with dropout and augmentation at work, as in Keras. */
  readonly trainAccuracy: Statistic;
  /** Whole training. */
  readonly seconds: Statistic;
  /** Test images read wrong, of each run. */
  readonly wrong: readonly number[];
  readonly meanWrong: number;
  /**
   * The notebook's figure for the epochs trained, and what the runs had reached (mean) by that epoch. Undefined unless all
   * runs were trained as the notebook's cell.
   */
  readonly published: (PublishedPoint & { readonly here: number }) | undefined;
  /** All that the notebook published of it; empty unless all runs were trained as the notebook's cell. */
  readonly notebook: readonly PublishedPoint[];
}

/** What the runs of a technique had at an epoch. */
export interface CurvePoint {
  readonly epoch: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export type Measure = Exclude<keyof EpochRecord, "epoch">;

/** One summary a technique, in the order of the runs. */
export function summarize(data: ReportData): TechniqueSummary[] {
  return [...groupBy(data.runs, (run) => run.technique)].map(([technique, runs]) =>
    summarizeTechnique(technique, runs),
  );
}

function summarizeTechnique(technique: string, runs: readonly TechniqueRun[]): TechniqueSummary {
  const best = runs.map(bestRecord);
  const top = best.reduce((a, record, i) => (record.valAccuracy > (best[a]?.valAccuracy ?? 0) ? i : a), 0);
  const epochs = Math.max(...runs.flatMap(({ history }) => history.map(({ epoch }) => epoch)));
  const wrong = runs.map(({ confusion }) => wrongOf(confusion));
  const notebook = runs.every(({ isNotebookCell }) => isNotebookCell) ? (published[technique] ?? []) : [];
  const point = notebook.length === 0 ? undefined : publishedBy(technique, epochs);
  return {
    technique,
    runs,
    shown: runs[top] as TechniqueRun,
    epochs,
    valAccuracy: statistic(best.map(({ valAccuracy }) => valAccuracy)),
    testAccuracy: statistic(runs.map(({ test }) => test.accuracy)),
    testLoss: statistic(runs.map(({ test }) => test.loss)),
    trainAccuracy: statistic(best.map(({ accuracy }) => accuracy)),
    seconds: statistic(runs.map(({ history }) => history.reduce((sum, { seconds }) => sum + seconds, 0))),
    wrong,
    meanWrong: statistic(wrong).mean,
    notebook,
    published: point && { ...point, here: statistic(runs.map((run) => bestBy(run, point.epoch))).mean },
  };
}

/** The record of the epoch whose weights were kept. */
function bestRecord(run: TechniqueRun): EpochRecord {
  return run.history.find(({ epoch }) => epoch === run.bestEpoch) as EpochRecord;
}

/** A measure's mean and range over the runs, epoch by epoch. */
export function curve(runs: readonly TechniqueRun[], measure: Measure): CurvePoint[] {
  const byEpoch = groupBy(
    runs.flatMap(({ history }) => history),
    ({ epoch }) => epoch,
  );
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, records]) => {
      const values = records.map((record) => record[measure]);
      return { epoch, mean: statistic(values).mean, low: Math.min(...values), high: Math.max(...values) };
    });
}

export interface Mistake {
  readonly actual: number;
  readonly predicted: number;
  readonly times: number;
}

/** The mistake made most often, and those made just as often; empty when there is none. */
export function commonestMistakes(confusion: readonly number[]): Mistake[] {
  const mistakes = confusion
    .map((times, cell) => ({ actual: Math.floor(cell / numClasses), predicted: cell % numClasses, times }))
    .filter(({ actual, predicted, times }) => actual !== predicted && times > 0);
  const most = Math.max(...mistakes.map(({ times }) => times));
  return mistakes.filter(({ times }) => times === most);
}

/** How many weights a layer's kernel has. */
export function kernelSize({ counts }: WeightHistogram): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The layer at the same place in another run's network, where that is as large: the two can be compared. */
export function counterpart(
  run: TechniqueRun,
  place: number,
  other: TechniqueRun,
): WeightHistogram | undefined {
  const [own, theirs] = [run.weights?.[place], other.weights?.[place]];
  return own !== undefined && theirs !== undefined && kernelSize(own) === kernelSize(theirs)
    ? theirs
    : undefined;
}

function wrongOf(confusion: readonly number[]): number {
  return confusion.reduce((sum, times, cell) => sum + (cell % (numClasses + 1) === 0 ? 0 : times), 0);
}

function bestBy(run: TechniqueRun, epoch: number): number {
  return Math.max(
    ...run.history.filter((record) => record.epoch <= epoch).map(({ valAccuracy }) => valAccuracy),
  );
}

function groupBy<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value)) ?? [];
    group.push(value);
    groups.set(keyOf(value), group);
  }
  return groups;
}

function statistic(values: readonly number[]): Statistic {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : undefined };
}
