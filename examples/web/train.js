/**
 * What the pages beside this file do: train a small network in a worker, show how it gets on, and save it.
 *
 * @param {object} trazo the library
 * @param {() => Worker} [worker] starts the worker. Default: the library does
 */
export async function train({ layers, sequential, tensor, toCategorical, trainInWorker }, worker) {
  const status = document.querySelector("output");
  const [count, size, classes] = [1000, 12, 3];
  // Pictures of which one third is bright: which, is to be learned.
  const pixels = Float32Array.from({ length: count * size * size }, (_, i) => {
    const [picture, row] = [Math.floor(i / (size * size)), Math.floor(i / size) % size];
    return Math.sin(i * i) / 2 + (Math.floor((row * classes) / size) === picture % classes ? 0.3 : 0);
  });
  const labels = Uint8Array.from({ length: count }, (_, picture) => picture % classes);
  const x = tensor("float32", [count, size, size, 1], pixels);
  const y = toCategorical(tensor("uint8", [count], labels), classes);

  const model = sequential(
    [
      layers.input({ shape: [size, size, 1] }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const training = trainInWorker(model, x, y, {
    epochs: 5,
    validationSplit: 0.2,
    worker,
    onProgress: ({ epoch, step, steps, loss }) => {
      status.textContent = `Epoch ${epoch + 1}, step ${step} of ${steps}: loss ${loss.toFixed(4)}`;
    },
  });
  const { history } = await training.history;
  const file = await model.toKeras();
  const link = document.createElement("a");
  document.body.append(Object.assign(link, { textContent: "model.keras", download: "model.keras" }));
  link.href = URL.createObjectURL(new Blob([file]));
  const accuracy = history.val_accuracy.at(-1);
  status.textContent = `Trained: ${(100 * accuracy).toFixed(1)} % of the other pictures are told apart; ${file.length} bytes`;
  return history;
}
