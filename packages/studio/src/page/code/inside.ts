import { firstDigits, imported } from "./digits.js";
import type { Programs } from "./programs.js";

/** One digit of the test set. */
const oneDigit = (digit: number) => ({
  typescript: `const { test } = await loadMnist();
const digit = divide(sliceRows(test.images, ${digit}, ${digit + 1}), 255);`,
  keras: `_, (x_test, _) = keras.datasets.mnist.load_data()
digit = x_test[${digit}:${digit + 1}, ..., None] / 255`,
});

/** One digit of the test set, and a network. */
const opened = (file: string, digit: number) => ({
  typescript: `${oneDigit(digit).typescript}
const model = await loadModel("${file}");
`,
  keras: `${oneDigit(digit).keras}
model = keras.models.load_model("${file}")
`,
});

/** Digits to see what a layer gives for them. */
const someDigits = {
  typescript: `const { test } = await loadMnist();
const digits = divide(sliceRows(test.images, 0, 500), 255);`,
  keras: `_, (x_test, _) = keras.datasets.mnist.load_data()
digits = x_test[:500, ..., None] / 255`,
} as const;

/** Programs that show what each layer of a network makes of a digit, and what it answers. */
export function layersCode(file: string, digit: number): Programs {
  const begin = opened(file, digit);
  return {
    typescript: `${imported("divide", "loadMnist", "loadModel", "sliceRows")}
${begin.typescript}
for (const { name, className } of model.layers) {
  if (className === "InputLayer") continue;
  const { shape, data } = await model.upTo(name).predict(digit);
  const active = data.filter((value) => value > 0).length;
  console.log(className, shape.slice(1).join("×"), active, "of", data.length, "above zero");
}
const answer = (await model.predict(digit)).data;
for (const [label, share] of answer.entries()) console.log(label, \`\${(100 * share).toFixed(1)}%\`);
`,
    keras: `import keras
import numpy as np

${begin.keras}
for layer in model.layers:
    found = keras.Model(model.inputs, layer.output).predict(digit, verbose=0)
    shape = "×".join(str(size) for size in found.shape[1:])
    print(type(layer).__name__, shape, np.sum(found > 0), "of", found.size, "above zero")
for label, share in enumerate(model.predict(digit, verbose=0)[0]):
    print(label, f"{100 * share:.1f}%")
`,
  };
}

/** Programs that let a filter of the first convolution walk over a digit. */
export function filterCode(file: string, digit: number): Programs {
  const begin = opened(file, digit);
  return {
    typescript: `${imported("divide", "loadMnist", "loadModel", "sliceRows")}
${begin.typescript}
const convolution = model.layers.find(({ className }) => className === "Conv2D");
if (!convolution) throw new Error("It has no convolution.");
const [filters, biases] = convolution.getWeights(); // 5×5×1×6 and 6
const [row, column, filter] = [10, 11, 0];
let sum = biases[filter];
for (let r = 0; r < 5; r++) {
  for (let c = 0; c < 5; c++) {
    const pixel = digit.data[28 * (row + r) + column + c] / 255;
    sum += pixel * filters[6 * (5 * r + c) + filter];
  }
}
const maps = await model.upTo(convolution.name).predict(digit); // 1×24×24×6
console.log("By hand:", Math.max(0, sum), "By the layer:", maps.data[6 * (24 * row + column) + filter]);
`,
    keras: `import keras
import numpy as np

${begin.keras}
convolution = next(layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
filters, biases = convolution.get_weights()  # 5×5×1×6 and 6
row, column, filter = 10, 11, 0
under = digit[0, row:row + 5, column:column + 5, 0]
total = np.sum(under * filters[:, :, 0, filter]) + biases[filter]
maps = keras.Model(model.inputs, convolution.output).predict(digit, verbose=0)  # 1×24×24×6
print("By hand:", max(0, total), "By the layer:", maps[0, row, column, filter])
`,
  };
}

/** Programs that show where networks look for their answer (Grad-CAM). */
export const lookedCode = (files: readonly string[], digit: number): Programs => ({
  typescript: `${imported("argMax", "divide", "gradCam", "loadMnist", "loadModel", "sliceRows")}
${oneDigit(digit).typescript}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const last = model.layers.findLast(({ className }) => className === "Conv2D");
  const read = argMax(await model.predict(digit)).data[0];
  const { shape, data } = await gradCam(model, digit, { of: read, at: last?.name });
  console.log(file, "reads a", read, "and looks here:");
  const [, height, width] = shape;
  for (let row = 0; row < height; row++) {
    console.log(Array.from(data.subarray(row * width, (row + 1) * width), (heat) => " .:*#"[Math.round(4 * heat)]).join(""));
  }
}
`,
  keras: `import keras
import numpy as np
import tensorflow as tf

_, (x_test, _) = keras.datasets.mnist.load_data()
digit = tf.constant(x_test[${digit}:${digit + 1}, ..., None] / 255, tf.float32)
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    last = max(i for i, layer in enumerate(model.layers) if isinstance(layer, keras.layers.Conv2D))
    # What is before the softmax speaks more clearly.
    model.layers[-1].activation = keras.activations.linear
    found = digit
    for layer in model.layers[:last + 1]:
        found = layer(found)
    with tf.GradientTape() as tape:
        tape.watch(found)
        scores = found
        for layer in model.layers[last + 1:]:
            scores = layer(scores)
        score = tf.reduce_max(scores, axis=1)
    shares = tf.reduce_mean(tape.gradient(score, found), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(shares * found, axis=-1))[0].numpy()
    print(file, "reads a", int(np.argmax(scores)), "and looks here:")
    for row in heat / max(heat.max(), 1e-9):
        print("".join(" .:*#"[round(4 * float(value))] for value in row))
`,
});

/** Programs that say how large the weights between the dense layers of networks are. */
export const weightsCode = (files: readonly string[]): Programs => ({
  typescript: `${imported("loadModel")}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const [, dense] = model.layers.filter(({ className }) => className === "Dense");
  const [weights] = dense.getWeights();
  const mean = weights.reduce((sum, weight) => sum + Math.abs(weight), 0) / weights.length;
  const nearZero = weights.filter((weight) => Math.abs(weight) < 0.001).length / weights.length;
  console.log(file, "mean size", mean.toFixed(4), \`\${(100 * nearZero).toFixed(1)}% almost zero\`);
}
`,
  keras: `import keras
import numpy as np

for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][1]
    weights = np.abs(dense.get_weights()[0])
    print(file, f"mean size {weights.mean():.4f} {100 * np.mean(weights < 0.001):.1f}% almost zero")
`,
});

/** A function that takes units out of a network, for programs that need it. */
const without = {
  typescript: `/** Switches off a share of the units of each hidden dense layer, at random; those that stay count for the others. */
function withoutUnits(model: Model, kept: readonly Float32Array[][], share: number): void {
  // Without a unit is without the weights that take what it gives.
  const takers = model.layers.filter(({ className }) => className === "Dense").slice(1);
  for (const [i, layer] of takers.entries()) {
    const [kernel, bias] = kept[i];
    const factors = Array.from({ length: kernel.length / bias.length }, () => (Math.random() < share ? 0 : 1 / (1 - share)));
    layer.setWeights([kernel.map((weight, at) => weight * factors[Math.floor(at / bias.length)]), bias]);
  }
}
const weightsOf = (model: Model) =>
  model.layers.filter(({ className }) => className === "Dense").slice(1).map((layer) => layer.getWeights());
`,
  keras: `def takers_of(model):
    # Without a unit is without the weights that take what it gives.
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][1:]

def without_units(model, kept, share):
    """Switches off a share of the units of each hidden dense layer, at random; those that stay count for the others."""
    for layer, (kernel, bias) in zip(takers_of(model), kept):
        factors = (np.random.random(len(kernel)) >= share) / (1 - share)
        layer.set_weights([kernel * factors[:, None], bias])
`,
} as const;

/** Programs that let networks read a digit ten times, each time with other units switched off. */
export const masksCode = (files: readonly string[], digit: number, rate: number): Programs => ({
  typescript: `${imported("argMax", "divide", "loadMnist", "loadModel", "type Model", "sliceRows")}
${without.typescript}
${oneDigit(digit).typescript}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const kept = weightsOf(model);
  const answers: (number | undefined)[] = [];
  for (let time = 0; time < 10; time++) {
    withoutUnits(model, kept, ${rate});
    answers.push(argMax(await model.predict(digit)).data[0]);
  }
  console.log(file, "reads", answers.join(" "));
}
`,
  keras: `import keras
import numpy as np

${without.keras}
${oneDigit(digit).keras}
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    kept = [layer.get_weights() for layer in takers_of(model)]
    answers = []
    for _ in range(10):
        without_units(model, kept, ${rate})
        answers.append(model.predict(digit, verbose=0).argmax())
    print(file, "reads", *answers)
`,
});

/** Programs that count what networks misread with a share of their units missing. */
export function resilienceCode(files: readonly string[], shares: readonly number[]): Programs {
  const first = firstDigits(1000);
  return {
    typescript: `${imported("argMax", "divide", "loadMnist", "loadModel", "type Model", "sliceRows")}
${without.typescript}
${first.typescript}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const kept = weightsOf(model);
  for (const share of ${JSON.stringify(shares)}) {
    withoutUnits(model, kept, share);
    const read = argMax(await model.predict(digits)).data;
    const wrong = read.filter((label, i) => label !== labels[i]).length;
    console.log(file, \`\${100 * share}% of the neurons missing:\`, wrong, "of 1000 misread");
  }
}
`,
    keras: `import keras
import numpy as np

${without.keras}
${first.keras}
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    kept = [layer.get_weights() for layer in takers_of(model)]
    for share in ${JSON.stringify(shares)}:
        without_units(model, kept, share)
        read = model.predict(digits, verbose=0).argmax(axis=1)
        print(file, f"{100 * share:.0f}% of the neurons missing:", np.sum(read != labels), "of 1000 misread")
`,
  };
}

/** Programs that say what the first dense layer of networks gives, before and after normalization. */
export const activationsCode = (files: readonly string[]): Programs => ({
  typescript: `${imported("divide", "loadMnist", "loadModel", "sliceRows")}
${someDigits.typescript}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const layers = ["Dense", "BatchNormalization"].flatMap((name) => model.layers.find((layer) => layer.className === name) ?? []);
  for (const { name, className } of layers) {
    const { data } = await model.upTo(name).predict(digits);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const spread = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
    console.log(file, className, "mean", mean.toFixed(3), "spread", spread.toFixed(3));
  }
}
`,
  keras: `import keras

${someDigits.keras}
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    for kind in (keras.layers.Dense, keras.layers.BatchNormalization):
        layer = next((layer for layer in model.layers if isinstance(layer, kind)), None)
        if layer is not None:
            found = keras.Model(model.inputs, layer.output).predict(digits, verbose=0)
            print(file, kind.__name__, f"mean {found.mean():.3f} spread {found.std():.3f}")
`,
});

/** Programs that compare what batch normalization remembers of its units with what is so. */
export const averagesCode = (files: readonly string[]): Programs => ({
  typescript: `${imported("divide", "loadMnist", "loadModel", "sliceRows")}
${someDigits.typescript}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const at = model.layers.findIndex(({ className }) => className === "BatchNormalization");
  const [, , , variances] = model.layers[at].getWeights(); // gamma, beta, mean, variance
  const { data } = await model.upTo(model.layers[at - 1].name).predict(digits);
  let close = 0;
  for (const [unit, remembered] of variances.entries()) {
    const values = data.filter((_, i) => i % variances.length === unit);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const real = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    if (Math.abs(Math.sqrt(remembered) - real) <= 0.2 * real) close++;
  }
  console.log(file, close, "of", variances.length, "units have caught up");
}
`,
  keras: `import keras
import numpy as np

${someDigits.keras}
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    at = next(i for i, layer in enumerate(model.layers) if isinstance(layer, keras.layers.BatchNormalization))
    remembered = np.sqrt(model.layers[at].get_weights()[3])  # gamma, beta, mean, variance
    real = keras.Model(model.inputs, model.layers[at - 1].output).predict(digits, verbose=0).std(axis=0)
    print(file, np.sum(np.abs(remembered - real) <= 0.2 * real), "of", len(real), "units have caught up")
`,
});

/** Programs that count the weights of networks that do almost nothing, and the neurons that respond to no digit. */
export const changesCode = (files: readonly string[]): Programs => ({
  typescript: `${imported("divide", "loadMnist", "loadModel", "sliceRows")}
${someDigits.typescript}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const [, dense] = model.layers.filter(({ className }) => className === "Dense");
  const [weights, biases] = dense.getWeights();
  const nearZero = weights.filter((weight) => Math.abs(weight) < 0.001).length / weights.length;
  const { data } = await model.upTo(dense.name).predict(digits);
  const working = new Set<number>();
  for (const [i, value] of data.entries()) if (value > 0) working.add(i % biases.length);
  console.log(file, \`\${(100 * nearZero).toFixed(1)}% of the weights almost zero,\`, biases.length - working.size, "neurons respond to no digit");
}
`,
  keras: `import keras
import numpy as np

${someDigits.keras}
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][1]
    near_zero = np.mean(np.abs(dense.get_weights()[0]) < 0.001)
    found = keras.Model(model.inputs, dense.output).predict(digits, verbose=0)
    silent = np.sum((found > 0).sum(axis=0) == 0)
    print(file, f"{100 * near_zero:.1f}% of the weights almost zero,", silent, "neurons respond to no digit")
`,
});
