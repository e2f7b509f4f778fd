import { argMax, gradCam, type Model, type Sequential, type Tensor } from "trazo";
import { toBase64 } from "../protocol/base64.js";
import type { FileFormat, LayerReading, RunMeasures } from "../protocol/messages.js";
import {
  activationsOf,
  answerWith,
  type Inside,
  nearZeroOf,
  stepsOf,
  weightsOf,
  workingIn,
} from "./inside.js";
import { readByOwnAverages } from "./own-averages.js";
import { readWithout } from "./resilience.js";
import { uniforms } from "./uniforms.js";

/** What a network makes of one digit, layer by layer. */
export interface Look {
  readonly probabilities: readonly number[];
  readonly layers: readonly LayerReading[];
}

const kinds: Readonly<Record<string, LayerReading["kind"]>> = {
  Conv2D: "convolution",
  AveragePooling2D: "pooling",
  Dense: "dense",
};

/** How many times a digit is read with units switched off, and how many units a dense layer has. */
const maskCount = 10;
const denseUnits = 1024;

/** Which units stay on: the same for the same seed. */
function unitsOff(seed: number, rate: number): (layer: number, unit: number) => boolean {
  const uniform = uniforms(seed + 1);
  const kept = Array.from({ length: 2 * denseUnits }, () => uniform() >= rate);
  return (layer, unit) => kept[layer * denseUnits + unit] === true;
}

/** Kernels `[5, 5, 1, n]`, one after another. */
const inMaps = (kernels: Float32Array, maps: number): number[] =>
  Array.from(kernels, (_, i) => {
    const size = kernels.length / maps;
    return kernels[(i % size) * maps + Math.floor(i / size)] as number;
  });

/** Looks into a network while it is trained: the views share its weights. */
export class Looker {
  readonly #model: Sequential;
  readonly #views: readonly { readonly kind: LayerReading["kind"]; readonly view: Model }[];

  constructor(model: Sequential) {
    this.#model = model;
    const shown = model.layers.flatMap(({ className, name }) => {
      const kind = kinds[className];
      return kind === undefined ? [] : [{ kind, name }];
    });
    // The last one is the answer.
    this.#views = shown.slice(0, -1).map(({ kind, name }) => ({ kind, view: model.upTo(name) }));
  }

  /** @param digit `[1, 28, 28, 1]` */
  async look(digit: Tensor): Promise<Look> {
    const { data } = await this.#model.predictOnBatch(digit);
    const layers: LayerReading[] = [];
    for (const { kind, view } of this.#views)
      layers.push(layerReading(kind, await view.predictOnBatch(digit)));
    return { probabilities: Array.from(data), layers };
  }

  /**
   * What the network is made of, and what it answers with units switched off.
   *
   * @param digit `[1, 28, 28, 1]`; undefined: nothing is drawn
   * @param rate the share of units that is switched off
   * @param many digits for the histogram of activations
   */
  async inside(digit: Tensor | undefined, rate: number, many: Tensor): Promise<Omit<Inside, "seen">> {
    const [kernels = new Float32Array(0), biases = new Float32Array(0)] =
      this.#model.layers.find(({ className }) => className === "Conv2D")?.getWeights() ?? [];
    const steps = stepsOf(this.#model);
    // The one before the dense layers: [1, 4, 4, 16], in the order in which it is flattened.
    const found = this.#views.findLast(({ kind }) => kind === "pooling");
    const features = digit && found ? (await found.view.predictOnBatch(digit)).data : undefined;
    const masks = Array.from({ length: maskCount }, (_, seed) => unitsOff(seed, rate));
    return {
      kernels: inMaps(kernels, biases.length),
      biases: Array.from(biases),
      weights: weightsOf(steps),
      masks: {
        rate,
        off: toBase64(Uint8Array.from({ length: denseUnits }, (_, unit) => (masks[0]?.(0, unit) ? 0 : 1))),
        answers: features ? masks.map((isKept) => answerWith(steps, features, rate, isKept)) : [],
      },
      ...(await activationsOf(this.#model, many)),
      heat: digit ? await this.#heat(digit) : null,
    };
  }

  /** What techniques change in the dense layers. @param many digits that neurons may answer to */
  async measures(many: Tensor): Promise<Pick<RunMeasures, "nearZero" | "silent">> {
    const { silent } = await workingIn(this.#model, many);
    return { nearZero: nearZeroOf(this.#model), silent };
  }

  /** Where the network looks for what it answers: by the last convolution, which still knows where. */
  async #heat(digit: Tensor): Promise<Inside["heat"]> {
    const at = this.#model.layers.findLast(({ className }) => className === "Conv2D")?.name;
    const [read = 0] = argMax(await this.#model.predictOnBatch(digit)).data;
    const { shape, data } = await gradCam(this.#model, digit, { of: read, at });
    const [, height = 1, width = 1] = shape;
    const values = toBase64(Uint8Array.from(data, (value) => Math.round(255 * value)));
    return { read, height, width, values };
  }

  /** The label of each digit, with a share of the dense units taken out. */
  async answersWithout(share: number, digits: Tensor): Promise<number[]> {
    return await readWithout(this.#model, share, digits);
  }

  /** The network as a file, for pixels from 0 to 1. */
  async file(format: FileFormat): Promise<Uint8Array> {
    return format === "keras" ? await this.#model.toKeras() : this.#model.toOnnx();
  }

  /** Only the answers, one row of ten for each digit. */
  async answers(digits: Tensor): Promise<Tensor<"float32">> {
    return await this.#model.predict(digits, { batchSize: 250 });
  }

  /** The same with the averages of these digits in place of those that it remembers, where it normalizes. Only for networks that are not being trained. */
  async answersByOwnAverages(digits: Tensor): Promise<Tensor<"float32">> {
    return await readByOwnAverages(this.#model, digits);
  }

  async dispose(): Promise<void> {
    for (const { view } of this.#views) await view.dispose();
  }
}

function layerReading(kind: LayerReading["kind"], { shape, data }: Tensor<"float32">): LayerReading {
  const [height, width, maps] =
    kind === "dense" ? [1, 1, data.length] : (shape.slice(1) as [number, number, number]);
  const size = height * width;
  const scale =
    255 /
    Math.max(
      1e-9,
      data.reduce((most, value) => Math.max(most, value), 0),
    );
  const values = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    // Channels come last in the network, but a map is shown as a whole.
    values[(i % maps) * size + Math.floor(i / maps)] = Math.max(0, Math.round(scale * (data[i] as number)));
  }
  return { kind, shape: [height, width, maps], values: toBase64(values) };
}
