import { TrazoError } from "trazo";
import { PracticeError } from "../failures/index.js";
import { distortions, type Robustness } from "../robustness/robustness.js";
import type { EmbeddedNetwork } from "./embedded-network.js";

/** One epoch of a training run. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Means over the epoch's batches while training, with dropout, augmentation and penalties in force, as in Keras. */
  readonly loss: number;
  /** 0 to 1. */
  readonly accuracy: number;
  /** After the epoch, on the validation images; penalties are part of it. */
  readonly valLoss: number;
  /** 0 to 1. */
  readonly valAccuracy: number;
  readonly learningRate: number;
  /** Wall-clock time of the epoch, validation included. */
  readonly seconds: number;
}

/** A test image that the network took for another digit. */
export interface Misreading {
  /** 28×28 gray levels, row by row: 0 paper, 255 ink. */
  readonly pixels: Uint8Array;
  readonly actual: number;
  readonly predicted: number;
  /** What the network gave the digit it predicted, 0 to 1. */
  readonly probability: number;
}

/** The kernels of the layer nearest to the image. */
export interface FirstLayerKernels {
  readonly layer: string;
  /** [height, width, input channels, kernels], Keras's order; of a dense layer on 28×28 images [28, 28, 1, units]. */
  readonly shape: readonly [height: number, width: number, inputs: number, outputs: number];
  /** In C order, as `getWeights` gives them. */
  readonly values: Float32Array;
}

/** How a layer's kernel values are spread; `weightHistogram` makes one from the values. */
export interface WeightHistogram {
  readonly layer: string;
  /** Lower edge of the first bin and upper edge of the last; bins are equally wide. */
  readonly start: number;
  readonly end: number;
  readonly counts: readonly number[];
  readonly mean: number;
  /** Population standard deviation. */
  readonly deviation: number;
  /** Share of the values nearer to zero than 0.001. */
  readonly nearZero: number;
}

/** A training image and what augmentation made of it. */
export interface AugmentedSamples {
  /** 28×28 gray levels, row by row. */
  readonly original: Uint8Array;
  readonly variants: readonly Uint8Array[];
}

/** One training run of one technique. */
export interface TechniqueRun {
  /** The technique's id: `base`, `l2`, `dropout`, … */
  readonly technique: string;
  readonly seed: number;
  /**
   * Whether it was trained as a cell of the practice's notebook: on MNIST with its split and batch size. Only such runs are
   * compared with what the notebook published. Default false.
   */
  readonly isNotebookCell?: boolean | undefined;
  /** In order of the epochs; at least one. */
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights were kept and tested (highest validation accuracy), from 1. */
  readonly bestEpoch: number;
  /** Of the weights of `bestEpoch` on the test images. */
  readonly test: { readonly loss: number; readonly accuracy: number };
  /** 10×10 counts on the test images, row by row: `confusion[true * 10 + predicted]`. */
  readonly confusion: readonly number[];
  /** The most confident mistakes first. */
  readonly misread?: readonly Misreading[] | undefined;
  readonly kernels?: FirstLayerKernels | undefined;
  /** The network as SVG: its layers, their shapes and connections. */
  readonly plot?: string | undefined;
  /** One for each layer with a kernel, in the model's order. */
  readonly weights?: readonly WeightHistogram[] | undefined;
  readonly augmented?: readonly AugmentedSamples[] | undefined;
  /** A copy of the network, with which the page reads drawings. */
  readonly network?: EmbeddedNetwork | undefined;
  /** Of the weights of `bestEpoch` on distorted test digits. */
  readonly robustness?: Robustness | undefined;
}

/** Everything the report shows. */
export interface ReportData {
  /** In the order in which the techniques shall appear; several of one technique are its seeds. */
  readonly runs: readonly TechniqueRun[];
  readonly images: { readonly train: number; readonly validation: number; readonly test: number };
  readonly environment: {
    /** The machine in words, e.g. its processor and cores. */
    readonly machine: string;
    /** Names and versions of what ran, e.g. `trazo 0.1.0`, `onnxruntime-node 1.30.0`, `Node 20.20.2`. */
    readonly software: readonly string[];
    /** When the first and the last of the runs began, ISO 8601. */
    readonly began: readonly [first: string, last: string];
    /** The command that makes the same report. */
    readonly command: string;
    /** When the report was written, ISO 8601. */
    readonly date: string;
  };
}

export const numClasses = 10;
export const imageSide = 28;

/** @throws TrazoError naming the run and the field when something does not fit together */
export function checkReportData({ runs }: ReportData): void {
  if (runs.length === 0) throw new PracticeError(({ noRuns }) => noRuns);
  for (const run of runs) checkRun(run);
}

function checkRun(run: TechniqueRun): void {
  const fail = (what: string): never => {
    throw new TrazoError(`Report, technique ${run.technique}, seed ${run.seed}: ${what}`);
  };
  if (run.history.length === 0) fail("its history has no epoch.");
  if (!run.history.some(({ epoch }) => epoch === run.bestEpoch)) {
    fail(`bestEpoch is ${run.bestEpoch}, but the history has no such epoch.`);
  }
  if (run.confusion.length !== numClasses ** 2) {
    fail(`its confusion matrix has ${run.confusion.length} counts; expected ${numClasses ** 2}.`);
  }
  const pictures = [
    ...(run.misread ?? []).map(({ pixels }) => pixels),
    ...(run.augmented ?? []).flatMap(({ original, variants }) => [original, ...variants]),
  ];
  for (const { length } of pictures) {
    if (length !== imageSide ** 2) fail(`a picture has ${length} pixels; expected ${imageSide ** 2}.`);
  }
  for (const distortion of run.robustness === undefined ? [] : distortions) {
    const { amounts, wrong } = run.robustness?.[distortion] ?? { amounts: [], wrong: [] };
    if (amounts.length !== wrong.length) {
      fail(
        `its ${distortion} curve has ${amounts.length} amounts and ${wrong.length} counts; expected as many.`,
      );
    }
  }
  if (run.kernels !== undefined) {
    const expected = run.kernels.shape.reduce((product, size) => product * size, 1);
    if (run.kernels.values.length !== expected) {
      fail(
        `the kernels of ${run.kernels.layer} are ${run.kernels.values.length} values, but their shape ` +
          `[${run.kernels.shape.join(", ")}] needs ${expected}.`,
      );
    }
  }
}
