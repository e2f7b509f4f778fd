/** Trains on a folder of pictures in one way, and prints the median seconds of the epochs after the first, CPU seconds, and peak memory. */
import {
  augmentDataset,
  callbacks,
  directoryDataset,
  divide,
  imageDataGenerator,
  imagesFromDirectory,
  inWorkers,
  layers,
  type Sequential,
  sequential,
} from "trazo";

const [way = "files", folder = "", epochs = "3"] = process.argv.slice(2);
const size = { height: 96, width: 96, seed: 1 } as const;
const generator = imageDataGenerator({
  rotationRange: 10,
  widthShiftRange: 0.08,
  heightShiftRange: 0.08,
  zoomRange: 0.12,
  horizontalFlip: true,
  brightnessRange: [0.8, 1.2],
  rescale: 1 / 255,
});

const seconds: number[] = [];
const cpus: number[] = [];
let [begun, cpu] = [0, process.cpuUsage()];
const stopwatch = callbacks.lambdaCallback({
  onEpochBegin: () => {
    begun = performance.now();
    cpu = process.cpuUsage();
  },
  onEpochEnd: () => {
    seconds.push((performance.now() - begun) / 1000);
    const { user, system } = process.cpuUsage(cpu);
    cpus.push((user + system) / 1e6);
  },
});
const options = { epochs: Number(epochs), batchSize: 32, verbose: 0 as const, callbacks: [stopwatch] };

await train();
const median = (values: readonly number[]): string => {
  const later = (values.length > 1 ? values.slice(1) : values).toSorted((a, b) => a - b);
  return (later[later.length >> 1] as number).toFixed(1);
};
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(`${median(seconds)} s an epoch, ${median(cpus)} s of CPU, peak ${peak} MiB\n`);
process.exit(0);

async function train(): Promise<void> {
  if (way === "flow" || way === "plain") {
    const { images, labels } = await imagesFromDirectory(folder, size);
    if (way === "plain") await network().fit(divide(images, 255), labels, options);
    else {
      const { batchSize, ...rest } = options;
      await network().fit(generator.flow(images, labels, { batchSize, seed: 1 }), rest);
    }
    return;
  }
  const cacheBytes = way === "files" ? 0 : 2 ** 28;
  const pictures = await directoryDataset(folder, { ...size, divisor: 1, cacheBytes });
  const model = way === "many" ? tinyNetwork() : network();
  await model.fit(inWorkers(augmentDataset(pictures, generator)), options);
}

function network(): Sequential {
  const model = sequential(
    [
      layers.input({ shape: [96, 96, 3] }),
      ...[16, 32, 64, 64].flatMap((filters) => [
        layers.conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu" }),
        layers.maxPooling2d({ poolSize: 2 }),
      ]),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  return model;
}

/** Next to no work, so that reading is all that takes time. */
function tinyNetwork(): Sequential {
  const model = sequential(
    [
      layers.input({ shape: [96, 96, 3] }),
      layers.conv2d({ filters: 8, kernelSize: 4, strides: 4, activation: "relu" }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  return model;
}
