import type { Distortion, DistortionName } from "../../protocol/messages.js";
import { changedFunction, firstDigits, imported, testDigits } from "./digits.js";
import type { Programs } from "./programs.js";

/** Programs that count what saved networks misread of digits that are all changed alike. */
export function compareCode(files: readonly string[], distortion: Distortion): Programs {
  const digits = testDigits(distortion);
  return {
    typescript: `${imported("argMax", "divide", "loadMnist", "loadModel", ...digits.imports)}
${digits.typescript}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const read = argMax(await model.predict(digits)).data;
  const wrong = read.filter((digit, i) => digit !== labels[i]).length;
  console.log(file, wrong, "of", labels.length, "misread");
}
`,
    keras: `import keras
import numpy as np
${digits.kerasImports}
${digits.keras}
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    read = model.predict(digits, verbose=0).argmax(axis=1)
    print(file, np.sum(read != labels), "of", len(labels), "misread")
`,
  };
}

/** Programs that let saved networks read one digit. @param digit of the test set */
export function oneDigitCode(files: readonly string[], digit: number, distortion: Distortion): Programs {
  const digits = testDigits(distortion, digit);
  return {
    typescript: `${imported("argMax", "divide", "loadMnist", "loadModel", ...digits.imports)}
${digits.typescript}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const answer = await model.predict(digits);
  console.log(file, "reads a", argMax(answer).data[0], "but it is a", labels[${digit}]);
  console.log(Array.from(answer.data, (share) => \`\${(100 * share).toFixed(1)}%\`).join(" "));
}
`,
    keras: `import keras
import numpy as np
${digits.kerasImports}
${digits.keras}
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    answer = model.predict(digits, verbose=0)
    print(file, "reads a", answer.argmax(), "but it is a", labels[${digit}])
    print(*(f"{100 * share:.1f}%" for share in answer[0]))
`,
  };
}

/** What each distortion does with an amount, as arguments of `changed`. */
const argumentsOf: Readonly<Record<DistortionName, string>> = {
  shift: "amount, 0, 0, 1, 0",
  rotation: "0, 0, amount, 1, 0",
  zoom: "0, 0, 0, amount, 0",
  noise: "0, 0, 0, 1, amount",
};

/** Programs that count what is misread at each amount of a distortion. */
export function errorCurveCode(
  files: readonly string[],
  by: DistortionName,
  amounts: readonly number[],
): Programs {
  const first = firstDigits(1000);
  return {
    typescript: `${imported("argMax", "divide", "imageDataGenerator", "loadMnist", "loadModel", "sliceRows", "tensor", "type Tensor")}
${changedFunction.typescript}
${first.typescript}
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  for (const amount of ${JSON.stringify(amounts)}) {
    const read = argMax(await model.predict(changed(digits, ${argumentsOf[by]}))).data;
    const wrong = read.filter((digit, i) => digit !== labels[i]).length;
    console.log(file, "${by}", amount, \`\${((100 * wrong) / labels.length).toFixed(1)}% misread\`);
  }
}
`,
    keras: `import keras
import numpy as np
from tensorflow.keras.preprocessing.image import apply_affine_transform

${changedFunction.keras}
${first.keras}
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    for amount in ${JSON.stringify(amounts)}:
        read = model.predict(changed(digits, ${argumentsOf[by]}), verbose=0).argmax(axis=1)
        print(file, "${by}", amount, f"{100 * np.mean(read != labels):.1f}% misread")
`,
  };
}

/** Programs that find the digits that one network reads and another does not. */
export function differenceCode(a: string, b: string, distortion: Distortion): Programs {
  const digits = testDigits(distortion);
  return {
    typescript: `${imported("argMax", "divide", "loadMnist", "loadModel", ...digits.imports)}
${digits.typescript}
const readBy = async (file: string) => argMax(await (await loadModel(file)).predict(digits)).data;
const a = await readBy("${a}");
const b = await readBy("${b}");
for (const [i, label] of labels.entries()) {
  if (a[i] === label && b[i] !== label) console.log("Digit", i, "is a", label, "and taken for a", b[i]);
}
`,
    keras: `import keras
import numpy as np
${digits.kerasImports}
${digits.keras}
def read_by(file):
    return keras.models.load_model(file).predict(digits, verbose=0).argmax(axis=1)

a, b = read_by("${a}"), read_by("${b}")
for i in np.flatnonzero((a == labels) & (b != labels)):
    print("Digit", i, "is a", labels[i], "and taken for a", b[i])
`,
  };
}

/** Programs that count which digit a network takes for which. */
export function confusionCode(file: string, distortion: Distortion): Programs {
  const digits = testDigits(distortion);
  return {
    typescript: `${imported("divide", "loadMnist", "loadModel", "metrics", ...digits.imports)}
${digits.typescript}
const model = await loadModel("${file}");
const { counts } = metrics.confusionMatrix(test.labels, await model.predict(digits), 10);
console.log("Rows: what it is. Columns: what it reads.");
for (let label = 0; label < 10; label++) console.log(counts.subarray(10 * label, 10 * label + 10).join("\\t"));
`,
    keras: `import keras
import numpy as np
from sklearn.metrics import confusion_matrix
${digits.kerasImports}
${digits.keras}
model = keras.models.load_model("${file}")
read = model.predict(digits, verbose=0).argmax(axis=1)
print("Rows: what it is. Columns: what it reads.")
print(confusion_matrix(labels, read))
`,
  };
}

/** Programs that count what networks misread of the digits they were trained with, and of those that they were not. */
export const byHeartCode = (files: readonly string[]): Programs => ({
  typescript: `${imported("divide", "loadMnist", "loadModel", "toCategorical", "trainTestSplit")}
const { train } = await loadMnist();
const [xTrain, xVal, yTrain, yVal] = trainTestSplit(divide(train.images, 255), toCategorical(train.labels, 10), {
  testSize: 0.2,
  randomState: 42,
});
for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const known = await model.evaluate(xTrain, yTrain, { verbose: 0 });
  const unknown = await model.evaluate(xVal, yVal, { verbose: 0 });
  const misread = ({ accuracy = 0 }) => (1000 * (1 - accuracy)).toFixed(1);
  console.log(file, "misreads", misread(known), "of 1,000 it trained with, and", misread(unknown), "of 1,000 others");
}
`,
  keras: `import keras
from sklearn.model_selection import train_test_split

(x, y), _ = keras.datasets.mnist.load_data()
x, y = x[..., None] / 255, keras.utils.to_categorical(y, 10)
x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.2, random_state=42)
for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    _, known = model.evaluate(x_train, y_train, verbose=0)
    _, unknown = model.evaluate(x_val, y_val, verbose=0)
    print(file, f"misreads {1000 * (1 - known):.1f} of 1,000 it trained with, and {1000 * (1 - unknown):.1f} of 1,000 others")
`,
});
