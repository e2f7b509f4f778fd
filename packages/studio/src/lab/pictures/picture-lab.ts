import {
  type Callback,
  callbacks,
  classWeights,
  divide,
  gradCam,
  type Runtime,
  type Sequential,
  type Tensor,
  TrainingInterrupted,
  takeRows,
  tensor,
} from "trazo";
import { fromBase64, toBase64 } from "../../protocol/base64.js";
import type { Answer, Ask, EpochPoint, StepPoint, StudioEvent } from "../../protocol/messages.js";
import type { PictureAnswer, PictureRun, PictureSettings } from "../../protocol/pictures.js";
import { failureOf, Refused } from "../../protocol/refusals.js";
import type { KeptPictureRun, LabPorts } from "../ports.js";
import { StepMeans } from "../step-means.js";
import { Turns } from "../turns.js";
import { pictureNetwork, pictureVariation } from "./network.js";
import { plainNetwork } from "./plain-network.js";
import { splitPictures } from "./split.js";

const batchSize = 16;
/** Milliseconds between two messages about a training. */
const tellMs = 150;
/** From here on the proportions of classes are made up for. */
const imbalance = 1.5;

interface Training {
  run: PictureRun;
  readonly model: Sequential;
  readonly controller: AbortController;
  ended: Promise<void>;
}

/** Trains a network on somebody's own pictures, one at a time, and reads pictures with the one that was trained last. */
export class PictureLab {
  readonly #runtime: Runtime;
  readonly #tell: (event: StudioEvent) => void;
  readonly #keep: LabPorts["keepPictures"];
  readonly #turns = new Turns();
  #last: Training | undefined;
  #count = 0;
  #beginning: Promise<unknown> = Promise.resolve();

  constructor(runtime: Runtime, tell: (event: StudioEvent) => void, keep: LabPorts["keepPictures"]) {
    this.#runtime = runtime;
    this.#tell = tell;
    this.#keep = keep;
  }

  get run(): PictureRun | null {
    return this.#last?.run ?? null;
  }

  /** Has the network that was kept when the studio was open before. */
  recall({ run, weights }: KeptPictureRun): void {
    const model = pictureNetwork(run.settings, { runtime: this.#runtime });
    model.setWeights(weights);
    const id = ++this.#count;
    this.#last = {
      run: { ...run, id },
      model,
      controller: new AbortController(),
      ended: Promise.resolve(),
    };
  }

  /** Begins a training; the one before is stopped and forgotten. */
  train(asked: Ask<"trainPictures">): Promise<Answer<"trainPictures">> {
    const begun = this.#beginning.then(() => this.#begin(asked));
    this.#beginning = begun.catch(() => undefined);
    return begun;
  }

  async #begin({ settings, labels, pixels, mark }: Ask<"trainPictures">): Promise<Answer<"trainPictures">> {
    await this.stop();
    const before = this.#last;
    const { training, validation } = splitPictures(labels, settings.seed);
    const id = ++this.#count;
    const made: Training = {
      run: {
        id,
        mark,
        settings,
        status: "running",
        training: training.length,
        validation: validation.length,
        step: 0,
        stepsPerEpoch: Math.ceil(training.length / batchSize),
        rate: 0,
        points: [],
        epochs: [],
        answers: [],
      },
      model: pictureNetwork(settings, { runtime: this.#runtime }),
      controller: new AbortController(),
      ended: Promise.resolve(),
    };
    this.#last = made;
    // What was asked of the network before is answered first.
    await this.#turns.ask(async () => before?.model.dispose());
    this.#say(made);
    const parts = { x: picturesOf(pixels, settings), labels, training, validation };
    await this.#turns.begin();
    made.ended = this.#train(made, parts);
    return { run: id };
  }

  /** Ends the training in progress, if there is one; its network can be used as it is. */
  async stop(): Promise<void> {
    this.#last?.controller.abort();
    await this.#last?.ended;
  }

  async read({ pixels }: Ask<"readPictures">): Promise<Answer<"readPictures">> {
    const { model, run } = this.#trained();
    return await this.#turns.ask(async () => ({
      run: run.id,
      probabilities: await answersOf(model, picturesOf(pixels, run.settings)),
    }));
  }

  async heat({ pixels, of }: Ask<"heatPicture">): Promise<Answer<"heatPicture">> {
    const { model, run } = this.#trained();
    return await this.#turns.ask(async () => {
      const { shape, data } = await gradCam(model, picturesOf(pixels, run.settings), { of });
      const [, height = 1, width = 1] = shape;
      const values = toBase64(Uint8Array.from(data, (value) => Math.round(255 * value)));
      return { height, width, values };
    });
  }

  async save({ format }: Ask<"savePictures">): Promise<Answer<"savePictures">> {
    const { model, run } = this.#trained();
    return await this.#turns.ask(async () => {
      const bytes =
        format === "keras"
          ? await model.toKeras()
          : format === "onnx"
            ? model.toOnnx({ inputDtype: "uint8" })
            : new TextEncoder().encode(JSON.stringify(plainNetwork(model, run.settings)));
      return { bytes: toBase64(bytes) };
    });
  }

  #trained(): Training {
    if (this.#last) return this.#last;
    throw new Refused({ kind: "noPictureNetwork" });
  }

  #say(training: Training, change: Partial<PictureRun> = {}): void {
    training.run = { ...training.run, ...change };
    this.#tell({ type: "pictures", run: training.run });
  }

  async #train(made: Training, parts: Parts): Promise<void> {
    const { model, run, controller } = made;
    const { x, labels, training, validation } = parts;
    const yTrain = rowsOf(labels, training);
    const best = bestWeights(model);
    let end: Partial<PictureRun>;
    try {
      const data = { x: takeRows(x, training), y: yTrain };
      const held =
        validation.length > 0 ? ([takeRows(x, validation), rowsOf(labels, validation)] as const) : undefined;
      const fitting = {
        epochs: run.settings.epochs,
        verbose: 0,
        signal: controller.signal,
        stopOnNonFinite: true,
        ...(held && { validationData: held }),
        ...(isUneven(labels) && { classWeight: classWeights(yTrain) }),
        callbacks: [
          this.#callback(made),
          ...(held
            ? [
                callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.3, patience: 4, minLr: 1e-5 }),
                best,
              ]
            : []),
        ],
      } as const;
      if (run.settings.varied) {
        await model.fit(
          pictureVariation().flow(data.x, data.y, { batchSize, seed: run.settings.seed }),
          fitting,
        );
      } else await model.fit(data.x, data.y, { ...fitting, batchSize });
      end = { status: "done" };
    } catch (error) {
      end =
        error instanceof TrainingInterrupted
          ? { status: "stopped" }
          : { status: "failed", failure: failureOf(error) };
    }
    if (end.status !== "failed") {
      best.restore();
      const answers = await answersTo(model, parts);
      const over: PictureRun = { ...made.run, ...end, answers };
      end = { ...end, answers, ...(await this.#kept(over, model)) };
    }
    this.#turns.end();
    this.#say(made, end);
  }

  async #kept(run: PictureRun, model: Sequential): Promise<Pick<PictureRun, "folder" | "isUnkept">> {
    try {
      const folder = await this.#keep(run, model);
      return folder === undefined ? {} : { folder };
    } catch {
      return { isUnkept: true };
    }
  }

  #callback(made: Training): Callback {
    const { stepsPerEpoch } = made.run;
    const points: StepPoint[] = [];
    const epochs: EpochPoint[] = [];
    const means = new StepMeans();
    let epochBegin = 0;
    let mark = { at: performance.now(), step: 0 };
    let toldAt = 0;
    let { rate } = made.run;
    return {
      onEpochBegin: (epoch) => {
        epochBegin = epoch * stepsPerEpoch;
      },
      onTrainBatchEnd: async (batch, logs) => {
        const step = epochBegin + batch + 1;
        const now = performance.now();
        if (now - mark.at > 500) {
          rate = ((step - mark.step) * batchSize * 1000) / (now - mark.at);
          mark = { at: now, step };
        }
        const point = means.add(batch, step, logs);
        if (point) points.push(point);
        made.run = { ...made.run, step, rate, points: [...points] };
        if (now - toldAt > tellMs) {
          toldAt = now;
          this.#say(made);
        }
        await this.#turns.between();
      },
      onEpochEnd: (epoch, logs) => {
        epochs.push({
          epoch: epoch + 1,
          step: (epoch + 1) * stepsPerEpoch,
          loss: logs.loss ?? Number.NaN,
          accuracy: logs.accuracy ?? Number.NaN,
          valLoss: logs.val_loss ?? Number.NaN,
          valAccuracy: logs.val_accuracy ?? Number.NaN,
        });
        this.#say(made, { epochs: [...epochs] });
      },
    };
  }
}

interface Parts {
  readonly x: Tensor;
  readonly labels: readonly number[];
  readonly training: readonly number[];
  readonly validation: readonly number[];
}

/** Remembers the weights of the epoch with the lowest validation loss. */
function bestWeights(model: Sequential): Callback & { restore(): void } {
  let best: { readonly loss: number; readonly weights: Float32Array[] } | undefined;
  return {
    onEpochEnd(_epoch, logs) {
      const loss = logs.val_loss ?? Number.NaN;
      if (!best || loss < best.loss) best = { loss, weights: model.getWeights() };
    },
    restore() {
      if (best) model.setWeights(best.weights);
    },
  };
}

/** Bytes as the network takes them: numbers from 0 to 1. */
function picturesOf(pixels: string, { side, channels }: PictureSettings): Tensor {
  const bytes = fromBase64(pixels);
  const count = bytes.length / (side * side * channels);
  if (!Number.isInteger(count) || count === 0) {
    throw new Refused({ kind: "otherPictures", side, channels });
  }
  return divide(tensor("uint8", [count, side, side, channels], bytes), 255);
}

const rowsOf = (labels: readonly number[], places: readonly number[]): Tensor<"int32"> =>
  tensor(
    "int32",
    [places.length],
    Int32Array.from(places, (place) => labels[place] as number),
  );

function isUneven(labels: readonly number[]): boolean {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values()) > imbalance * Math.min(...counts.values());
}

async function answersOf(model: Sequential, x: Tensor): Promise<number[][]> {
  const { shape, data } = await model.predict(x, { batchSize: 64 });
  const [count = 0, classes = 0] = shape;
  return Array.from({ length: count }, (_, i) => Array.from(data.subarray(i * classes, (i + 1) * classes)));
}

async function answersTo(model: Sequential, { x, labels, validation }: Parts): Promise<PictureAnswer[]> {
  if (validation.length === 0) return [];
  const probabilities = await answersOf(model, takeRows(x, validation));
  return validation.map((picture, i) => ({
    picture,
    label: labels[picture] as number,
    probabilities: probabilities[i] as number[],
  }));
}
