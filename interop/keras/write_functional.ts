/** Models of connected layers for check_functional.py, each as .keras and .h5, with what Trazo says of some data. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  apply,
  applyAll,
  layers,
  type Model,
  model,
  type SymbolicTensor,
  sequential,
  type Tensor,
  tensor,
} from "trazo";

const [folder = "."] = process.argv.slice(2);

const conv = (filters: number, kernelSize = 3) => layers.conv2d({ filters, kernelSize, padding: "same" });
const softmax = (x: SymbolicTensor): SymbolicTensor =>
  apply(layers.dense({ units: 3, activation: "softmax" }), apply(layers.globalAveragePooling2d(), x));

function residual(): Model {
  const x = layers.input({ shape: [6, 6, 2], name: "pixels" });
  const first = apply(conv(4), x);
  const second = apply(layers.batchNormalization({ momentum: 0.8 }), apply(conv(4), first));
  const sum = apply(layers.activation({ activation: "relu" }), apply(layers.add(), [first, second]));
  const both = apply(layers.concatenate(), [sum, apply(conv(3, 1), x)]);
  return model({ inputs: x, outputs: softmax(both), name: "residual", seed: 1 });
}

function shared(): Model {
  const x = layers.input({ shape: [6, 6, 2], name: "pixels" });
  const twice = conv(2);
  const inner = apply(twice, apply(twice, x));
  const norm = layers.batchNormalization({ momentum: 0.8 });
  const apart = apply(layers.subtract(), [apply(norm, x), apply(norm, inner)]);
  const least = apply(layers.minimum(), [apply(layers.multiply(), [apart, inner]), apart]);
  const most = apply(layers.maximum(), [least, x]);
  return model({
    inputs: x,
    outputs: softmax(apply(layers.average(), [most, apart])),
    name: "shared",
    seed: 1,
  });
}

function nested(): Model {
  const a = layers.input({ shape: [6, 6, 2], name: "within" });
  const block = (name: string, seed: number): Model => {
    const inner = apply(layers.batchNormalization({ momentum: 0.8 }), apply(conv(2), a));
    return model({ inputs: a, outputs: apply(layers.add(), [a, inner]), name, seed });
  };
  const backbone = block("backbone", 2);
  const head = sequential(
    [layers.input({ shape: [6, 6, 2] }), layers.flatten(), layers.dense({ units: 3 })],
    {
      name: "head",
      seed: 3,
    },
  );
  const x = layers.input({ shape: [6, 6, 2], name: "pixels" });
  const maps = apply(backbone, apply(backbone, x));
  const both = apply(layers.concatenate(), [
    apply(head, maps),
    apply(layers.globalAveragePooling2d(), apply(block("still", 4), x)),
  ]);
  const scores = apply(layers.dense({ units: 3, activation: "softmax" }), both);
  return model({ inputs: x, outputs: scores, name: "nested", seed: 1 });
}

/** A model of two outputs within another one. */
function forked(): Model {
  const within = layers.input({ shape: [6, 6, 2], name: "within" });
  const maps = apply(conv(3), within);
  const outputs = [apply(layers.flatten(), maps), apply(layers.globalAveragePooling2d(), maps)];
  const fork = model({ inputs: within, outputs, name: "fork", seed: 2 });
  const x = layers.input({ shape: [6, 6, 2], name: "pixels" });
  const scores = apply(
    layers.dense({ units: 3, activation: "softmax" }),
    apply(layers.concatenate(), applyAll(fork, x)),
  );
  return model({ inputs: x, outputs: scores, name: "forked", seed: 1 });
}

/** Two inputs and two outputs, in a list or by names. */
function several(isNamed: boolean) {
  const x = layers.input({ shape: [6, 6, 2], name: "pixels" });
  const size = layers.input({ shape: [3], name: "size" });
  const both = apply(layers.concatenate(), [apply(layers.flatten(), apply(conv(4), x)), size]);
  const kind = apply(layers.dense({ units: 3, activation: "softmax", name: "kind" }), both);
  const amount = apply(layers.dense({ units: 1, name: "amount" }), both);
  const options = { inputs: [x, size], seed: 1 };
  return isNamed
    ? model({ ...options, outputs: { zeta: kind, alpha: amount }, name: "named" })
    : model({ ...options, outputs: [kind, amount], name: "several" });
}

const values = (count: number, step = 37): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * step) % 101) / 50 - 1);
const x: Tensor = tensor("float32", [24, 6, 6, 2], values(24 * 72));
const labels = Float32Array.from({ length: 72 }, (_, i) =>
  (Math.floor(i / 3) * 7 + 1) % 3 === i % 3 ? 1 : 0,
);
const y: Tensor = tensor("float32", [24, 3], labels);

const said: Record<string, object> = {};
for (const net of [residual(), shared(), nested(), forked()]) {
  net.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  await net.fit(x, y, { batchSize: 8, epochs: 2, verbose: 0 });
  await net.save(join(folder, `${net.name}.keras`));
  await net.save(join(folder, `${net.name}.h5`));
  const predictions = [...(await net.predict(x)).data];
  const { history } = await net.fit(x, y, { batchSize: 24, epochs: 3, verbose: 0 });
  said[net.name] = { predictions, losses: history.loss };
}
writeFileSync(join(folder, "functional.json"), JSON.stringify(said));

const sizes = tensor("float32", [24, 3], values(72, 11));
const amounts = tensor("float32", [24, 1], values(24, 5));
const ofOutputs: Record<string, object> = {};
for (const isNamed of [false, true]) {
  const net = several(isNamed);
  const [kind, amount] = isNamed ? ["zeta", "alpha"] : ["kind", "amount"];
  net.compile({
    optimizer: "adam",
    loss: { [kind as string]: "categoricalCrossentropy", [amount as string]: "mse" },
    lossWeights: { [amount as string]: 0.5 },
    metrics: { [kind as string]: ["accuracy"], [amount as string]: ["mae"] },
    weightedMetrics: { [kind as string]: ["accuracy"] },
  });
  const targets = { [kind as string]: y, [amount as string]: amounts };
  await net.fit([x, sizes], targets, { batchSize: 8, epochs: 2, verbose: 0 });
  await net.save(join(folder, `${net.name}.keras`));
  await net.save(join(folder, `${net.name}.h5`));
  const scores = await net.evaluate([x, sizes], targets, { batchSize: 24 });
  const predictions = await net.predict([x, sizes]);
  const { history } = await net.fit([x, sizes], targets, { batchSize: 24, epochs: 3, verbose: 0 });
  ofOutputs[net.name] = {
    outputs: [kind, amount],
    scores,
    predictions: Object.values(predictions).map(({ data }) => [...data]),
    order: net.outputNames,
    losses: history.loss,
  };
}
writeFileSync(join(folder, "outputs.json"), JSON.stringify(ofOutputs));
