import { join } from "node:path";
import {
  argMax,
  type Dataset,
  divide,
  gradCam,
  loadModel,
  type Model,
  metrics,
  type Runtime,
  type Tensor,
  TrazoError,
  takeRows,
  tensor,
} from "trazo";
import { PracticeError } from "../failures/index.js";
import { readRun, runFiles } from "../runs/run-folder.js";
import { type ClosableDataset, generatorFor, partDataset } from "./datasets.js";
import { type MeasuredShare, measuredShare } from "./interval.js";
import { type PictureRecord, readPictureRecord } from "./run-record.js";
import type { PictureSettings } from "./settings.js";

/** How well one class is recognized. */
export interface ClassResult {
  readonly name: string;
  /** Of its pictures: those that were recognized. */
  readonly recall: MeasuredShare;
  /** Of the pictures that were taken for it: those that are it. */
  readonly precision: MeasuredShare;
}

/** A picture that was taken for something else. */
export interface Mistake {
  readonly file: string;
  readonly actual: number;
  readonly predicted: number;
  /** Of what it was taken for. */
  readonly probability: number;
  /** As the model saw it: `height × width × channels` bytes. */
  readonly pixels: Uint8Array;
  /** Grad-CAM: how much each place spoke for what it was taken for, 0 to 1; undefined for a model without feature maps. */
  readonly heat:
    | { readonly height: number; readonly width: number; readonly values: Float32Array }
    | undefined;
}

/** How well labeled pictures were recognized. */
export interface Scores {
  readonly classNames: readonly string[];
  /** Mean categorical cross-entropy. */
  readonly loss: number;
  readonly accuracy: MeasuredShare;
  /** Of the class that most pictures are of: what always saying its name would reach. */
  readonly baseline: { readonly name: string; readonly share: number };
  readonly classes: readonly ClassResult[];
  /** `classes × classes`: rows are what pictures are, columns what they were taken for. */
  readonly confusion: Int32Array;
}

/** What a model makes of labeled pictures. */
export interface Examination extends Scores {
  /** The surest ones first. */
  readonly mistakes: readonly Mistake[];
  /** The shape of a mistake's pixels. */
  readonly shape: readonly [height: number, width: number, channels: number];
}

const mostMistakes = 24;

/**
 * Shows a model labeled pictures.
 *
 * @param files what the pictures are called
 * @param classes what they are
 */
export async function examine(
  model: Model,
  dataset: Dataset,
  {
    files,
    classes,
    classNames,
    batchSize,
  }: {
    readonly files: readonly string[];
    readonly classes: readonly number[];
    readonly classNames: readonly string[];
    readonly batchSize: number;
  },
): Promise<Examination> {
  const probabilities = await model.predict(dataset, { batchSize });
  const width = classNames.length;
  const predicted = argMax(probabilities).data;
  const wrong = classes
    .flatMap((actual, row) => {
      const taken = predicted[row] as number;
      const probability = probabilities.data[row * width + taken] as number;
      return taken === actual ? [] : [{ row, actual, predicted: taken, probability }];
    })
    .sort((a, b) => b.probability - a.probability || a.row - b.row);
  const [height = 1, columns = 1, channels = 1] = dataset.x.shape;
  return {
    ...scoresOf(probabilities, classes, classNames),
    mistakes: await pictured(model, dataset, wrong.slice(0, mostMistakes), files),
    shape: [height, columns, channels],
  };
}

/**
 * Compares probabilities with what pictures are.
 *
 * @param probabilities `[pictures, classes]`
 * @param classes the class of each picture
 */
export function scoresOf(
  probabilities: Tensor<"float32">,
  classes: readonly number[],
  classNames: readonly string[],
): Scores {
  const width = classNames.length;
  const truth = tensor("int32", [classes.length], Int32Array.from(classes));
  const { counts } = metrics.confusionMatrix(truth, probabilities, width);
  const hits = classNames.reduce((sum, _, label) => sum + (counts[label * width + label] as number), 0);
  const losses = classes.map(
    (label, row) => -Math.log(Math.max(probabilities.data[row * width + label] as number, 1e-7)),
  );
  return {
    classNames,
    loss: losses.reduce((a, b) => a + b, 0) / classes.length,
    accuracy: measuredShare(hits, classes.length),
    baseline: baselineOf(classes, classNames),
    classes: classNames.map((name, label) => resultOf(name, label, counts, width)),
    confusion: Int32Array.from(counts),
  };
}

function baselineOf(classes: readonly number[], classNames: readonly string[]): Examination["baseline"] {
  const counts = classNames.map((_, label) => classes.filter((one) => one === label).length);
  const most = Math.max(...counts);
  return { name: classNames[counts.indexOf(most)] as string, share: most / classes.length };
}

function resultOf(name: string, label: number, counts: ArrayLike<number>, width: number): ClassResult {
  const at = (row: number, column: number): number => counts[row * width + column] as number;
  const all = Array.from({ length: width }, (_, i) => i);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return {
    name,
    recall: measuredShare(at(label, label), sum(all.map((column) => at(label, column)))),
    precision: measuredShare(at(label, label), sum(all.map((row) => at(row, label)))),
  };
}

interface Wrong {
  readonly row: number;
  readonly actual: number;
  readonly predicted: number;
  readonly probability: number;
}

async function pictured(
  model: Model,
  dataset: Dataset,
  wrong: readonly Wrong[],
  files: readonly string[],
): Promise<Mistake[]> {
  if (wrong.length === 0) return [];
  const shape = [wrong.length, ...dataset.x.shape];
  const x = new Uint8Array(shape.reduce((a, b) => a * b));
  await dataset.read(
    Int32Array.from(wrong, ({ row }) => row),
    { x: x as never, y: undefined, sampleWeight: new Float32Array(wrong.length).fill(1) },
    { seed: 0 },
  );
  const heat = await heatOf(model, divide(tensor("uint8", shape, x), dataset.x.divisor ?? 1), wrong);
  const size = x.length / wrong.length;
  return wrong.map(({ row, ...mistake }, i) => ({
    ...mistake,
    file: files[row] as string,
    pixels: x.slice(i * size, (i + 1) * size),
    heat: heat[i],
  }));
}

async function heatOf(model: Model, x: Tensor, wrong: readonly Wrong[]): Promise<Mistake["heat"][]> {
  try {
    const heat: Mistake["heat"][] = [];
    for (const of of new Set(wrong.map(({ predicted }) => predicted))) {
      const rows = Array.from(wrong.keys()).filter((i) => wrong[i]?.predicted === of);
      const { shape, data } = await gradCam(model, takeRows(x, rows), { of });
      const [, height = 1, width = 1] = shape;
      const size = height * width;
      for (const [place, row] of rows.entries()) {
        heat[row] = { height, width, values: data.slice(place * size, (place + 1) * size) };
      }
    }
    return heat;
  } catch (error) {
    // A network without convolutions has nowhere to point to.
    if (error instanceof TrazoError) return [];
    throw error;
  }
}

/** A finished run on a folder of pictures, its model, and what they make of the test pictures. */
export interface ExaminedRun {
  readonly examination: Examination;
  readonly record: PictureRecord;
}

/**
 * Reads a run's best model back and shows it the pictures that it was tested on.
 *
 * @throws TrazoError when the folder is no run on pictures, or they are gone
 */
export async function examineRun(
  folder: string,
  settings: PictureSettings,
  runtime: Runtime,
): Promise<ExaminedRun> {
  const record = requireRecord(folder);
  const { config } = readRun(folder);
  const model = await loadModel(join(folder, runFiles.bestModel), { runtime, compile: false });
  const divisor = model.preparation?.divisor ?? 255;
  const { directory, classNames, files } = record;
  const test = await partDataset(files.test, { directory, classNames, settings, divisor, workers: 1 });
  try {
    const examination = await examine(model, test, {
      ...files.test,
      classNames,
      batchSize: config.batchSize,
    });
    return { examination, record };
  } finally {
    await test.close();
    await model.dispose();
  }
}

function requireRecord(folder: string): PictureRecord {
  const record = readPictureRecord(folder);
  if (record) return record;
  throw new PracticeError(({ notAPictureRun }) => notAPictureRun(folder, runFiles.pictures));
}

/** Some training pictures, each as it is and as training saw it, bytes in rows. */
export async function augmentedSamples(
  record: PictureRecord,
  settings: PictureSettings,
  seed: number,
): Promise<readonly { readonly original: Uint8Array; readonly variants: readonly Uint8Array[] }[]> {
  const { directory, classNames, files } = record;
  const { train } = files;
  const every = Math.max(1, Math.floor(train.files.length / 4));
  const rows = Int32Array.from({ length: Math.min(4, train.files.length) }, (_, i) => i * every);
  const part = { directory, classNames, settings, divisor: 255, workers: 1 };
  const plain = await partDataset(train, part);
  const generator = generatorFor(settings.augmentation, 255);
  const varied = generator ? await partDataset(train, { ...part, generator }) : undefined;
  try {
    const originals = await rowsOf(plain, rows, 0);
    const versions = varied
      ? await Promise.all([1, 2, 3, 4, 5, 6].map((i) => rowsOf(varied, rows, seed + i)))
      : [];
    return originals.map((original, row) => ({
      original,
      variants: versions.map((version) => version[row] as Uint8Array),
    }));
  } finally {
    await plain.close();
    await varied?.close();
  }
}

async function rowsOf(dataset: ClosableDataset, indices: Int32Array, seed: number): Promise<Uint8Array[]> {
  const size = dataset.x.shape.reduce((a, b) => a * b);
  const isFloat = dataset.x.dtype === "float32";
  const length = indices.length * size;
  const x = isFloat ? new Float32Array(length) : new Uint8Array(length);
  const sampleWeight = new Float32Array(indices.length).fill(1);
  await dataset.read(indices, { x: x as never, y: undefined, sampleWeight }, { seed });
  const bytes = Uint8Array.from(x, (value) =>
    isFloat ? Math.min(255, Math.max(0, Math.round(255 * value))) : value,
  );
  return Array.from(indices, (_, i) => bytes.slice(i * size, (i + 1) * size));
}
