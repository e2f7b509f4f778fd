// A training in a process of its own, to be killed: node training-process.mjs FOLDER base|all EPOCHS
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  callbacks,
  divide,
  imageDataGenerator,
  layers,
  loadMnist,
  nodeRuntime,
  sequential,
  toCategorical,
} from "../../dist/index.js";

const [folder, kind, epochs] = process.argv.slice(2);
const { train } = await loadMnist();
const x = divide(train.images, 255);
const y = toCategorical(train.labels, 10);
const rows = ({ data, shape: [count, ...rest], ...tensor }, from, to) => {
  const size = data.length / count;
  return { ...tensor, shape: [to - from, ...rest], data: data.slice(from * size, to * size) };
};

const more = (...added) => (kind === "all" ? added : []);
const model = sequential(
  [
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }),
    layers.averagePooling2d({ poolSize: 2, strides: 2 }),
    layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
    layers.averagePooling2d({ poolSize: 2, strides: 2 }),
    layers.flatten(),
    layers.dense({ units: 64, activation: "relu" }),
    ...more(layers.batchNormalization(), layers.dropout({ rate: 0.5 })),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
  { seed: 5, runtime: nodeRuntime({ threads: 1 }) },
);
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });

const fitting = {
  epochs: Number(epochs),
  verbose: 0,
  validationData: [rows(x, 1000, 1200), rows(y, 1000, 1200)],
  backup: { backupDir: join(folder, "state"), saveFreq: 3, deleteCheckpoint: false },
  callbacks: [
    callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.2, patience: 1 }),
    callbacks.modelCheckpoint({
      filepath: join(folder, "best.h5"),
      monitor: "val_accuracy",
      saveBestOnly: true,
    }),
    callbacks.csvLogger({ filename: join(folder, "history.csv") }),
    callbacks.jsonLinesLogger({ filename: join(folder, "history.jsonl") }),
    // Says how far it is, so that kills can be spread over the whole training, and takes its time, so that none comes too late.
    {
      async onTrainBatchEnd(batch) {
        process.stdout.write(`step ${batch}\n`);
        await sleep(10);
      },
    },
  ],
};
const [images, labels] = [rows(x, 0, 1000), rows(y, 0, 1000)];
if (kind === "all") {
  const generator = imageDataGenerator({ rotationRange: 30, widthShiftRange: 0.1, zoomRange: 0.2 });
  await model.fit(generator.flow(images, labels, { batchSize: 32 }), fitting);
} else await model.fit(images, labels, { ...fitting, batchSize: 32 });
await model.save(join(folder, "last.h5"));
process.stdout.write("finished\n");
