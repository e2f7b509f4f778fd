import type { Programs } from "./programs.js";

/** Programs that look into a saved network as the studio does. @param digit of the test set */
export const insideCode = (file: string, digit: number): Programs => ({
  typescript: `import { divide, gradCam, loadMnist, loadModel, sliceRows } from "trazo";

const { test } = await loadMnist();
const digit = divide(sliceRows(test.images, ${digit}, ${digit + 1}), 255);
const model = await loadModel("${file}");
const layersOf = (className) => model.layers.filter((layer) => layer.className === className);

// The filters of the first convolution, and what each finds in the digit.
const [convolution, second] = layersOf("Conv2D");
const [filters] = convolution.getWeights();
const maps = await model.upTo(convolution.name).predict(digit);
console.log(filters.length / 25, "filters give", maps.shape);

// How large the weights between the dense layers are.
const [, dense] = layersOf("Dense");
const [weights] = dense.getWeights();
const nearZero = weights.filter((weight) => Math.abs(weight) < 0.001).length / weights.length;
console.log((100 * nearZero).toFixed(1), "% of the weights are almost zero");

// Where it looks for its answer.
const heat = await gradCam(model, digit, { at: second.name });
console.log(heat.shape, heat.data);
`,
  keras: `import keras
import numpy as np
import tensorflow as tf

_, (x_test, _) = keras.datasets.mnist.load_data()
digit = x_test[${digit}:${digit + 1}, ..., None] / 255
model = keras.models.load_model("${file}")
convolution, second = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]

# The filters of the first convolution, and what each finds in the digit.
filters, biases = convolution.get_weights()
maps = keras.Model(model.inputs, convolution.output).predict(digit)
print(filters.shape, maps.shape)

# How large the weights between the dense layers are.
dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][1]
weights = dense.get_weights()[0]
print(100 * np.mean(np.abs(weights) < 0.001), "% of the weights are almost zero")

# Where it looks for its answer (Grad-CAM).
both = keras.Model(model.inputs, [second.output, model.outputs[0]])
with tf.GradientTape() as tape:
    found, answer = both(digit)
    score = tf.reduce_max(answer, axis=1)
shares = tf.reduce_mean(tape.gradient(score, found), axis=(1, 2), keepdims=True)
heat = tf.nn.relu(tf.reduce_sum(shares * found, axis=-1))
print(heat.shape, heat.numpy())
`,
});
