import { loadMnist } from "trazo";
import type {
  AugmentedSamples,
  EpochRecord,
  FirstLayerKernels,
  Misreading,
  ReportData,
  TechniqueRun,
  WeightHistogram,
} from "../../src/report/data.js";
import { weightHistogram } from "../../src/report/histogram.js";
import { distortionAmounts } from "../../src/robustness/distort.js";
import { type Distortion, type Robustness, undistorted } from "../../src/robustness/robustness.js";

/**
 * Made-up results for tests and for looking at the page: real MNIST pictures, but no network has seen them. Nothing here
 * is a measurement.
 */
export interface SampleOptions {
  readonly techniques?: readonly string[];
  readonly epochs?: number;
  readonly seeds?: number;
}

interface Shape {
  readonly error: number;
  readonly start: number;
  readonly trainError: number;
  readonly weights: number;
  readonly penalty: number;
  readonly seconds: number;
}

const shapes: Readonly<Record<string, Shape>> = {
  base: { error: 0.0088, start: 0.034, trainError: 0.0006, weights: 0.041, penalty: 0, seconds: 3.4 },
  l2: { error: 0.019, start: 0.068, trainError: 0.018, weights: 0.0021, penalty: 0.11, seconds: 3.5 },
  l1: { error: 0.042, start: 0.11, trainError: 0.041, weights: 0.0007, penalty: 0.4, seconds: 3.5 },
  "elastic-net": {
    error: 0.045,
    start: 0.12,
    trainError: 0.043,
    weights: 0.0007,
    penalty: 0.5,
    seconds: 3.5,
  },
  dropout: { error: 0.0084, start: 0.031, trainError: 0.0052, weights: 0.046, penalty: 0, seconds: 3.6 },
  batchnorm: { error: 0.0079, start: 0.024, trainError: 0.0003, weights: 0.044, penalty: 0, seconds: 3.9 },
  augmentation: { error: 0.0061, start: 0.039, trainError: 0.0145, weights: 0.047, penalty: 0, seconds: 4.0 },
  "augmentation-tuned": {
    error: 0.005,
    start: 0.039,
    trainError: 0.012,
    weights: 0.047,
    penalty: 0,
    seconds: 4.0,
  },
  mlp: { error: 0.0165, start: 0.042, trainError: 0.0004, weights: 0.036, penalty: 0, seconds: 4.6 },
  best: { error: 0.0036, start: 0.021, trainError: 0.006, weights: 0.05, penalty: 0, seconds: 9.1 },
};

export const defaultTechniques = ["base", "l2", "dropout", "batchnorm", "augmentation"];

export async function sampleReport(options: SampleOptions = {}): Promise<ReportData> {
  const { techniques = defaultTechniques, epochs = 25, seeds = 1 } = options;
  const { test } = await loadMnist();
  const random = generator(7);
  const picture = (index: number) => test.images.data.slice(index * 784, (index + 1) * 784) as Uint8Array;
  const runs = techniques.flatMap((technique) =>
    Array.from({ length: seeds }, (_, i) => run(technique, i + 1, epochs, test.labels.data, picture, random)),
  );
  return {
    runs,
    images: { train: 48000, validation: 12000, test: 10000 },
    environment: {
      machine: "made up for a test, no machine",
      software: ["trazo 0.0.0-test", "Node 20"],
      began: ["2026-01-30T08:00:00.000Z", "2026-01-30T09:30:00.000Z"],
      command: `trazo practice --epochs ${epochs} --seeds ${seeds}`,
      date: "2026-01-31",
    },
  };
}

function run(
  technique: string,
  seed: number,
  epochs: number,
  labels: ArrayLike<number>,
  picture: (index: number) => Uint8Array,
  random: () => number,
): TechniqueRun {
  const shape = shapes[technique] ?? (shapes.base as Shape);
  const history = historyOf(shape, epochs, random);
  const best = history.reduce((top, record) => (record.valAccuracy > top.valAccuracy ? record : top));
  const error = (1 - best.valAccuracy) * (0.92 + 0.12 * random());
  const confusion = confusionOf(labels, Math.round(error * 10000), random);
  return {
    technique,
    seed,
    isNotebookCell: true,
    history,
    bestEpoch: best.epoch,
    test: { loss: best.valLoss * (0.9 + 0.1 * random()), accuracy: 1 - Math.round(error * 10000) / 10000 },
    confusion,
    misread: misreadings(confusion, labels, picture, random),
    kernels: kernelsOf(technique, random),
    plot: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20" width="90" height="20"><text y="15">${technique}</text></svg>`,
    weights: layersOf(technique, shape, random),
    augmented: ["augmentation", "augmentation-tuned", "best"].includes(technique)
      ? augmentedOf(picture, random)
      : undefined,
    robustness: robustnessOf(technique, shape, random),
  };
}

function historyOf(shape: Shape, epochs: number, random: () => number): EpochRecord[] {
  return Array.from({ length: epochs }, (_, i) => {
    const noise = () => 1 + (random() - 0.5) * 0.16 * Math.exp(-i / 9);
    const settle = Math.exp(-i / 3.2);
    const valError = (shape.error + (shape.start - shape.error) * settle) * noise();
    const trainError =
      (shape.trainError + (shape.start * 2.1 - shape.trainError) * Math.exp(-i / 2.1)) * noise();
    const penalty = shape.penalty * (1 + 14 * Math.exp(-i / 1.3));
    const overfit = shape.trainError < 0.001 ? 1 + i / 22 : 1;
    return {
      epoch: i + 1,
      loss: trainError * 3.1 + penalty,
      accuracy: 1 - trainError,
      valLoss: valError * 3.3 * overfit + penalty,
      valAccuracy: 1 - valError,
      learningRate: i < 10 ? 0.001 : i < 16 ? 0.0002 : 0.00004,
      seconds: shape.seconds * (0.97 + 0.06 * random()),
    };
  });
}

const lookAlikes = [
  [4, 9],
  [9, 4],
  [7, 2],
  [3, 5],
  [5, 3],
  [6, 0],
  [8, 3],
  [2, 7],
  [7, 1],
  [9, 7],
  [5, 6],
  [8, 9],
  [1, 7],
  [0, 6],
  [6, 5],
] as const;

function confusionOf(labels: ArrayLike<number>, wrong: number, random: () => number): number[] {
  const confusion = new Array<number>(100).fill(0);
  for (let i = 0; i < labels.length; i++)
    confusion[(labels[i] as number) * 11] = (confusion[(labels[i] as number) * 11] as number) + 1;
  for (let i = 0; i < wrong; i++) {
    const [actual, predicted] = lookAlikes[Math.floor(random() ** 1.6 * lookAlikes.length)] ?? [4, 9];
    const other = random() < 0.75 ? predicted : (actual + 1 + Math.floor(random() * 9)) % 10;
    confusion[actual * 11] = (confusion[actual * 11] as number) - 1;
    confusion[actual * 10 + other] = (confusion[actual * 10 + other] as number) + 1;
  }
  return confusion;
}

function misreadings(
  confusion: readonly number[],
  labels: ArrayLike<number>,
  picture: (index: number) => Uint8Array,
  random: () => number,
): Misreading[] {
  const mistakes = confusion.flatMap((times, cell) =>
    cell % 11 === 0 ? [] : Array.from({ length: times }, () => [Math.floor(cell / 10), cell % 10] as const),
  );
  return mistakes
    .map(([actual, predicted]) => {
      let index = Math.floor(random() * labels.length);
      while (labels[index] !== actual) index = (index + 1) % labels.length;
      return { pixels: picture(index), actual, predicted, probability: 1 - random() ** 2 * 0.5 };
    })
    .sort((a, b) => b.probability - a.probability)
    .slice(0, 60);
}

function kernelsOf(technique: string, random: () => number): FirstLayerKernels {
  const shape: FirstLayerKernels["shape"] =
    technique === "mlp" ? [28, 28, 1, 40] : technique === "best" ? [3, 3, 1, 32] : [5, 5, 1, 6];
  const [height, width, , outputs] = shape;
  const angles = Array.from({ length: outputs }, () => random() * Math.PI);
  const values = new Float32Array(height * width * outputs);
  for (let i = 0; i < values.length; i++) {
    const [place, output] = [Math.floor(i / outputs), i % outputs];
    const [y, x] = [Math.floor(place / width) - (height - 1) / 2, (place % width) - (width - 1) / 2];
    const angle = angles[output] as number;
    const along = (x * Math.cos(angle) + y * Math.sin(angle)) / width;
    values[i] = 0.4 * Math.sin(along * 5) + (random() - 0.5) * 0.2;
  }
  return { layer: technique === "mlp" ? "dense" : "conv2d", shape, values };
}

function layersOf(technique: string, { weights }: Shape, random: () => number): WeightHistogram[] {
  const normal = (size: number, spread: number, tail: number) =>
    Float32Array.from({ length: size }, () => {
      const bell = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return bell * spread * (random() < 0.05 ? tail : 1);
    });
  const dense = technique === "mlp" ? 2 : 3;
  return [
    ...(technique === "mlp"
      ? []
      : [
          weightHistogram("conv2d", normal(150, 0.22, 1)),
          weightHistogram("conv2d_1", normal(2400, 0.12, 1.5)),
        ]),
    ...Array.from({ length: dense }, (_, i) => {
      const penalized = i < 2 ? weights : 0.05;
      const size = i === 0 ? 30000 : i === 1 ? 40000 : 10240;
      return weightHistogram(
        i === 0 ? "dense" : `dense_${i}`,
        normal(size, penalized, weights < 0.01 ? 5 : 2),
      );
    }),
  ];
}

function augmentedOf(picture: (index: number) => Uint8Array, random: () => number): AugmentedSamples[] {
  return Array.from({ length: 6 }, (_, row) => {
    const original = picture(row + 20);
    return { original, variants: Array.from({ length: 9 }, () => turned(original, random)) };
  });
}

/** Errors that grow with the change, and more slowly where the network was trained on changed digits. */
function robustnessOf(technique: string, { error }: Shape, random: () => number): Robustness {
  const digits = 1000;
  const most = ["augmentation", "best"].includes(technique) ? 0.08 : 0.45;
  const curve = (distortion: Distortion, reach: number) => {
    const amounts = distortionAmounts[distortion];
    const wrong = amounts.map((amount) => {
      const change = Math.abs(amount - undistorted[distortion]) / reach;
      const noise = change === 0 ? 1 : 0.9 + 0.2 * random();
      return Math.round(digits * Math.min(0.9, (error + most * change ** 2.2) * noise));
    });
    return { amounts, wrong };
  };
  return { digits, shift: curve("shift", 4), rotation: curve("rotation", 40), zoom: curve("zoom", 0.5) };
}

/** Nearest pixels of a picture turned, moved and zoomed: for looks only. */
function turned(pixels: Uint8Array, random: () => number): Uint8Array {
  const angle = ((random() - 0.5) * Math.PI) / 3;
  const zoom = 0.8 + 0.4 * random();
  const [dx, dy] = [(random() - 0.5) * 5.6, (random() - 0.5) * 5.6];
  return Uint8Array.from(pixels, (_, i) => {
    const [x, y] = [(i % 28) - 13.5 + dx, Math.floor(i / 28) - 13.5 + dy];
    const from = (a: number, b: number) =>
      Math.min(27, Math.max(0, Math.round(zoom * (x * a + y * b) + 13.5)));
    const [column, row] = [from(Math.cos(angle), Math.sin(angle)), from(-Math.sin(angle), Math.cos(angle))];
    return pixels[row * 28 + column] ?? 0;
  });
}

/** Mulberry32: enough for made-up numbers. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
