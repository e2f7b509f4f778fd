import type { Distortion } from "../../protocol/messages.js";
import type { Programs } from "./programs.js";

/** Programs that count what saved networks misread of digits that are all changed alike. */
export const compareCode = (files: readonly string[], distortion: Distortion): Programs => ({
  typescript: typescript(files, distortion),
  keras: keras(files, distortion),
});

function typescript(files: readonly string[], { right, down, rotation, zoom }: Distortion): string {
  return `import { argMax, divide, imageDataGenerator, loadMnist, loadModel, sliceRows, tensor } from "trazo";

const { test } = await loadMnist();
const digits = divide(test.images, 255);
const generator = imageDataGenerator({ fillMode: "constant", cval: 0 });
// It says where each pixel comes from, and turns against the clock.
const change = { theta: ${-rotation || 0}, tx: ${-right || 0}, ty: ${-down || 0}, zx: 1 / ${zoom}, zy: 1 / ${zoom} };
const count = digits.shape[0];
const changed = new Float32Array(count * 784);
for (let i = 0; i < count; i++) {
  const digit = sliceRows(digits, i, i + 1);
  changed.set(generator.applyTransform({ ...digit, shape: [28, 28, 1] }, change).data, 784 * i);
}
const pictures = tensor("float32", [count, 28, 28, 1], changed);

for (const file of ${JSON.stringify(files)}) {
  const model = await loadModel(file);
  const read = argMax(await model.predict(pictures)).data;
  const wrong = read.filter((label, i) => label !== test.labels.data[i]).length;
  console.log(file, wrong, "of", count, "misread");
}
`;
}

function keras(files: readonly string[], { right, down, rotation, zoom }: Distortion): string {
  return `import keras
import numpy as np
from tensorflow.keras.preprocessing.image import apply_affine_transform

_, (x_test, y_test) = keras.datasets.mnist.load_data()
pictures = np.stack([
    # It says where each pixel comes from.
    apply_affine_transform(
        digit[..., None] / 255, theta=${-rotation || 0}, tx=${-right || 0}, ty=${-down || 0}, zx=1 / ${zoom}, zy=1 / ${zoom},
        fill_mode="constant", cval=0, row_axis=0, col_axis=1, channel_axis=2, order=1,
    )
    for digit in x_test
])

for file in ${JSON.stringify(files)}:
    model = keras.models.load_model(file)
    read = model.predict(pictures, verbose=0).argmax(axis=1)
    print(file, (read != y_test).sum(), "of", len(y_test), "misread")
`;
}
