/** A model of layers and a loss of one's own for check_own.py, as .keras and .h5, with what Trazo says of some data. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { layers, sequential, tensor } from "trazo";
import { focalLoss } from "../../examples/extend/focal-loss.js";
import { residualBlock } from "../../examples/extend/residual-block.js";

const [folder = "."] = process.argv.slice(2);

const x = tensor(
  "float32",
  [24, 6, 6, 2],
  Float32Array.from({ length: 24 * 72 }, (_, i) => ((i * 37) % 101) / 50 - 1),
);
const labels = Float32Array.from({ length: 72 }, (_, i) =>
  (Math.floor(i / 3) * 7 + 1) % 3 === i % 3 ? 1 : 0,
);
const y = tensor("float32", [24, 3], labels);

const net = sequential(
  [
    residualBlock({ inputShape: [6, 6, 2], kernelSize: 3 }),
    layers.flatten(),
    layers.dense({ units: 3, activation: "softmax" }),
  ],
  { seed: 1, name: "own" },
);
net.compile({ optimizer: "adam", loss: focalLoss({ gamma: 1.5 }) });
// Written as an entry of its own, which Keras has to leave alone.
net.preparation = { divisor: 255, ink: "dark", fit: "stretch" };
await net.fit(x, y, { batchSize: 8, epochs: 2, verbose: 0 });
await net.save(join(folder, "own.keras"));
await net.save(join(folder, "own.h5"));
const predictions = [...(await net.predict(x)).data];
const { history } = await net.fit(x, y, { batchSize: 24, epochs: 3, verbose: 0 });
writeFileSync(join(folder, "own.json"), JSON.stringify({ predictions, losses: history.loss }));
