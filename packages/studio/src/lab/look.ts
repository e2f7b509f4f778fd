import type { Model, Sequential, Tensor } from "trazo";
import { toBase64 } from "../protocol/base64.js";
import type { LayerReading } from "../protocol/messages.js";

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

/** Looks into a network while it is trained: the views share its weights. */
export class Looker {
  readonly #model: Model;
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

  /** Only the answers, one row of ten for each digit. */
  async answers(digits: Tensor): Promise<Tensor<"float32">> {
    return await this.#model.predict(digits, { batchSize: 250 });
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
