import { join, resolve } from "node:path";
import {
  type Callback,
  callbacks,
  classWeights,
  type ImageDataGenerator,
  loadModel,
  type Model,
  optimizers,
  type Runtime,
  type Tensor,
  TrainingInterrupted,
  tensor,
} from "trazo";
import { type FolderLock, writeFileAtomically } from "trazo/node";
import { PracticeError } from "../failures/index.js";
import { takesClassNumbers } from "../network-data.js";
import { runInFolder } from "../runs/in-folder.js";
import { type Run, type RunConfig, runFiles, writeRunResult } from "../runs/run-folder.js";
import { generatorFor, type PartOptions, partDataset, preparationFor } from "./datasets.js";
import { fineTune } from "./fine-tune.js";
import { compileClassifier, type Fitted, fitStage, type StageData, type StageOptions } from "./fit-stage.js";
import type { Inspection } from "./inspect.js";
import { type ImageNetworkName, imageNetworks, type NetworkShape } from "./networks.js";
import { withNewHead } from "./pretrained.js";
import { type PictureRecord, writePictureRecord } from "./run-record.js";
import type { PictureSettings } from "./settings.js";
import type { PictureSplit } from "./split.js";

export interface TrainPicturesOptions {
  readonly inspection: Inspection;
  readonly split: PictureSplit;
  readonly settings: PictureSettings;
  /** What the run's folder says of it; its epochs, batch size and seed are used. */
  readonly config: RunConfig;
  readonly folder: string;
  readonly runtime: Runtime;
  readonly verbose: 0 | 1 | 2;
  /** Threads that read pictures. */
  readonly workers?: number | undefined;
  /** Makes the compiled model. Default: as the settings say. */
  readonly network?: ((shape: NetworkShape) => Promise<Model>) | undefined;
  /** What varies the training pictures, whose values are divided by the divisor. Default: as the settings say. */
  readonly generator?: ((divisor: number) => ImageDataGenerator) | undefined;
  /** More callbacks, before the ones that every run has. */
  readonly callbacks?: readonly Callback[] | undefined;
  /** Told of the model before it is trained. */
  readonly onModel?: ((model: Model) => void) | undefined;
  /** Asked, once the folder is held, for what interrupts the run. */
  readonly signal?: (() => AbortSignal) | undefined;
  readonly saveEvery?: number | undefined;
  readonly fresh?: boolean | undefined;
}

/** Decoded pictures that stay in memory, in all: half a gigabyte. */
const cacheBytes = 2 ** 29;

/**
 * Trains a classifier of a folder's pictures: keeps the model with the lowest validation loss, ends when it stops falling, reads the
 * best one back, and only then looks at the test pictures, once. The folder then holds the run, `model.keras` and `model.onnx`.
 *
 * @throws TrainingInterrupted when the signal says so
 * @throws TrazoError when another process is at work in the folder, or it holds a run with other settings
 */
export async function trainPictures(options: TrainPicturesOptions): Promise<Run> {
  const { folder, config, fresh, verbose } = options;
  return await runInFolder({ folder, config, fresh, quiet: verbose === 0, beginsAnew: () => false }, (lock) =>
    train(options, lock),
  );
}

async function train(options: TrainPicturesOptions, lock: FolderLock): Promise<void> {
  const { settings, config, folder, runtime, verbose, workers, saveEvery } = options;
  const { batchSize } = config;
  const file = (name: keyof typeof runFiles): string => join(folder, runFiles[name]);
  const record = recordOf(options);
  await writePictureRecord(folder, record);

  const model = await modelFor(options);
  model.classNames = record.classNames;
  const divisor = model.preparation?.divisor ?? 255;
  model.preparation = preparationFor(settings, model.preparation);
  options.onModel?.(model);
  const { directory, classNames } = record;
  const labelMode = takesClassNumbers(model) ? "int" : "categorical";
  const reading: PartOptions = { directory, classNames, settings, divisor, labelMode, workers };
  const held = (part: "train" | "validation"): number =>
    Math.floor((cacheBytes * record.files[part].files.length) / options.inspection.pictures.length);
  const training = await partDataset(record.files.train, {
    ...reading,
    generator: options.generator?.(divisor) ?? generatorFor(settings.augmentation, divisor),
    cacheBytes: held("train"),
  });
  const validation = await partDataset(record.files.validation, {
    ...reading,
    workers: 1,
    cacheBytes: held("validation"),
  });
  const signal = options.signal?.();
  let fitted: Fitted;
  try {
    const data: StageData = {
      training,
      validation,
      classWeight: settings.weighsClasses ? classWeights(labels(record.files.train.classes)) : undefined,
    };
    const stages: StageOptions = {
      ...{ folder, config, settings, data, runtime, signal, saveEvery, verbose },
      callbacks: options.callbacks ?? [],
    };
    fitted = settings.fineTunes ? await fineTune(model, stages) : await fitStage(model, stages);
    await lock.requireHeld();
    await fitted.model.save(file("lastModel"));
  } finally {
    await Promise.all([training.close(), validation.close()]);
    await model.dispose();
  }
  if (fitted.model !== model) await fitted.model.dispose();

  const best = await loadModel(file("bestModel"), { runtime });
  const test = await partDataset(record.files.test, { ...reading, workers: 1 });
  try {
    const scores = await best.evaluate(test, {
      batchSize,
      verbose: 0,
      callbacks: [stopping(signal, config, file("state"))],
    });
    await lock.requireHeld();
    await best.save(file("keras"));
    // The file takes bytes, so that its user need not know how pixels are scaled.
    await writeFileAtomically(file("onnx"), best.toOnnx({ inputDtype: "uint8" }));
    await writeFileAtomically(file("card"), `${JSON.stringify(cardOf(best, settings), undefined, 2)}\n`);
    await writeRunResult(folder, {
      bestEpoch: fitted.bestEpoch + 1,
      test: scores,
      epochSeconds: fitted.seconds,
    });
  } finally {
    await test.close();
    await best.dispose();
  }
}

/** What a program must know to use the ONNX file. */
const cardOf = (
  { classNames }: Model,
  { height, width, channels, fit, background }: PictureSettings,
): object => ({
  classes: classNames,
  input: { name: "images", dtype: "uint8", layout: "NHWC", height, width, channels },
  output: "probabilities",
  fit,
  resize: { interpolation: "bilinear", antialias: true },
  ...(background && { background }),
});

function stopping(signal: AbortSignal | undefined, { epochs }: RunConfig, state: string): Callback {
  return callbacks.lambdaCallback({
    onTestBatchEnd: () => {
      if (!signal?.aborted) return;
      const message =
        "All epochs are trained and saved; the evaluation on the test pictures was interrupted.";
      throw new TrainingInterrupted(epochs, 0, state, message);
    },
  });
}

const labels = (classes: readonly number[]): Tensor<"int32"> =>
  tensor("int32", [classes.length], Int32Array.from(classes));

function recordOf({ inspection, split }: TrainPicturesOptions): PictureRecord {
  const part = (numbers: readonly number[]) => {
    const pictures = numbers.map((i) => inspection.pictures[i] as Inspection["pictures"][number]);
    return { files: pictures.map(({ file }) => file), classes: pictures.map((picture) => picture.class) };
  };
  return {
    directory: resolve(inspection.directory),
    classNames: inspection.classNames,
    files: { train: part(split.train), validation: part(split.validation), test: part(split.test) },
  };
}

/** A compiled model with an output for each class. */
async function modelFor(options: TrainPicturesOptions): Promise<Model> {
  const { network, settings, inspection } = options;
  const { height, width, channels } = settings;
  const classes = inspection.classNames.length;
  const made = await (network?.({ height, width, channels, classes }) ?? settledModel(options, classes));
  requireClasses(made, classes, network === undefined);
  return made;
}

/** A compiled model of the settings. */
async function settledModel(
  { settings, config, runtime }: TrainPicturesOptions,
  classes: number,
): Promise<Model> {
  const made = await networkOf(settings, classes, { seed: config.seed, runtime });
  if (!made.isCompiled) compileClassifier(made, optimizers.adam({ learningRate: 0.001 }));
  return made;
}

/** @param isFile whether the model comes from a file that --from could take, too */
function requireClasses({ outputShape }: Model, classes: number, isFile: boolean): void {
  const width = outputShape.at(-1);
  if (width !== classes) {
    throw new PracticeError(({ otherClassCount, newLastLayer }) =>
      [otherClassCount(Number(width), classes), ...(isFile ? [newLastLayer] : [])].join(" "),
    );
  }
}

async function networkOf(
  { model, from, ...shape }: PictureSettings,
  classes: number,
  options: { readonly seed: number; readonly runtime: Runtime },
): Promise<Model> {
  if (from !== undefined) return await withNewHead(from, classes, options);
  if (Object.hasOwn(imageNetworks, model)) {
    return imageNetworks[model as ImageNetworkName].make({ ...shape, classes }, options);
  }
  return await loadModel(model, { ...options, compile: false });
}
