/**
 * Reads the Keras Applications that make_application_files.py wrote: predictions, and the losses of fine-tuning, are to be Keras's.
 * The fine-tuned models are written for check_applications.py.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apply, layers, loadModel, type Model, model, optimizers, type Tensor, tensor } from "trazo";

interface Entry {
  readonly name: string;
  readonly top: boolean;
  readonly files: readonly string[];
  readonly layers: number;
  readonly shape: readonly number[];
  readonly largest: number;
  /** Base64 of float32. */
  readonly predictions: string;
  readonly losses?: Readonly<Record<"frozen" | "unfrozen", readonly number[]>>;
}

const [folder = "."] = process.argv.slice(2);
const entries = JSON.parse(readFileSync(join(folder, "applications.json"), "utf8")) as Entry[];

const numbers = (count: number, step = 37): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * step) % 101) / 50 - 1);

function imagesFor(name: string): Tensor<"float32"> {
  const isBytes = name.startsWith("EfficientNet");
  const values = numbers(6 * 32 * 32 * 3).map((value) => (isBytes ? (value + 1) * 127.5 : value));
  return tensor("float32", [6, 32, 32, 3], values);
}

const targets = tensor(
  "float32",
  [6, 3],
  Float32Array.from({ length: 18 }, (_, i) => (Math.floor(i / 3) % 3 === i % 3 ? 1 : 0)),
);

const floats = (text: string): Float32Array => {
  const bytes = Buffer.from(text, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

const deviation = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

function withHead(base: Model): Model {
  const pixels = layers.input({ shape: [32, 32, 3], name: "pixels" });
  const features = apply(base, pixels, { training: false });
  const pooled = apply(layers.globalAveragePooling2d({ name: "pooled" }), features);
  const scores = apply(layers.dense({ units: 3, activation: "softmax", name: "head" }), pooled);
  const whole = model({ inputs: pixels, outputs: scores, name: "fine_tuned", seed: 1 });
  const head = whole.getLayer("head");
  head.setWeights(head.getWeights().map(({ length }) => numbers(length, 13).map((value) => value * 0.1)));
  return whole;
}

async function fineTune(whole: Model, images: Tensor): Promise<Record<string, number[]>> {
  const losses: Record<string, number[]> = {};
  for (const [phase, learningRate] of [
    ["frozen", 0.01],
    ["unfrozen", 0.0001],
  ] as const) {
    whole.setTrainable(({ className, path }) =>
      phase === "frozen" ? path === "head" : className !== "BatchNormalization",
    );
    whole.compile({ optimizer: optimizers.adam({ learningRate }), loss: "categoricalCrossentropy" });
    losses[phase] = [];
    for (let step = 0; step < 3; step++) {
      losses[phase].push((await whole.trainOnBatch(images, targets)).loss as number);
    }
  }
  return losses;
}

let failures = 0;
const written: Record<string, { name: string; predictions: number[] }> = {};
for (const entry of entries) {
  for (const file of entry.files) {
    const net = await loadModel(join(folder, file), { seed: 1 });
    const images = imagesFor(entry.name);
    const apart = deviation((await net.predict(images)).data, floats(entry.predictions)) / entry.largest;
    let line = `${file.padEnd(28)} ${net.definition.layers.length} layers, predictions ${apart.toExponential(1)}`;
    let agrees = apart < 1e-4 && net.definition.layers.length === entry.layers;
    if (entry.losses) {
      const whole = withHead(net);
      const losses = await fineTune(whole, images);
      const steps = deviation(
        [...(losses.frozen ?? []), ...(losses.unfrozen ?? [])],
        [...entry.losses.frozen, ...entry.losses.unfrozen],
      );
      line += `, losses ${steps.toExponential(1)}`;
      agrees &&= steps < 1e-4;
      const ours = `ours-${file}`;
      await whole.save(join(folder, ours));
      written[ours] = { name: entry.name, predictions: [...(await whole.predict(images)).data] };
      await whole.dispose();
    }
    if (!agrees) failures++;
    console.log(`${line}  ${agrees ? "agrees" : "DIFFERS"}`);
    await net.dispose();
  }
}
writeFileSync(join(folder, "ours.json"), JSON.stringify(written));
process.exitCode = failures > 0 ? 1 : 0;
