/** A network of the ladder in TensorFlow.js. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";

const builders = {
  conv: ({ filters, kernel, same, relu }) =>
    tf.layers.conv2d({
      filters,
      kernelSize: kernel,
      padding: same ? "same" : "valid",
      activation: relu ? "relu" : "linear",
    }),
  batchNorm: () => tf.layers.batchNormalization(),
  relu: () => tf.layers.reLU(),
  maxPool: ({ size }) => tf.layers.maxPooling2d({ poolSize: size }),
  averagePool: ({ size }) => tf.layers.averagePooling2d({ poolSize: size }),
  flatten: () => tf.layers.flatten(),
  dense: ({ units, relu }) => tf.layers.dense({ units, activation: relu ? "relu" : "linear" }),
};

export async function contender({ network, batch, x, labels }, backend) {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`);
  const { side, channels, classes, layers } = network;
  const model = tf.sequential();
  model.add(tf.layers.inputLayer({ inputShape: [side, side, channels] }));
  for (const layer of layers) model.add(builders[layer.kind](layer));
  model.add(tf.layers.dense({ units: classes, activation: "softmax" }));
  model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });
  const images = tf.tensor4d(x, [batch, side, side, channels]);
  const targets = tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), classes).toFloat();
  return {
    async steps(count) {
      await tf.setBackend(backend);
      let loss = Number.NaN;
      for (let i = 0; i < count; i++) loss = await model.trainOnBatch(images, targets);
      return loss;
    },
  };
}
