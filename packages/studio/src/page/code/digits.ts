import type { Distortion } from "../../protocol/messages.js";

const isChanged = ({ right, down, rotation, zoom, noise }: Distortion): boolean =>
  right !== 0 || down !== 0 || rotation !== 0 || zoom !== 1 || noise !== 0;

/** A function that changes digits, for programs that need it. Both libraries say where a pixel comes from, and turn against the clock. */
export const changedFunction = {
  typescript: `/** Digits as they are when all are moved (pixels), turned (degrees), scaled and strewn with noise (0 to 1). */
function changed(digits: Tensor, right: number, down: number, turn: number, scale: number, noise: number): Tensor {
  const generator = imageDataGenerator({ fillMode: "constant", cval: 0 });
  const all = new Float32Array(digits.data.length);
  for (let i = 0; i < digits.shape[0]; i++) {
    const digit = { ...sliceRows(digits, i, i + 1), shape: [28, 28, 1] };
    const change = { theta: -turn, tx: -right, ty: -down, zx: 1 / scale, zy: 1 / scale };
    all.set(generator.applyTransform(digit, change).data, 784 * i);
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  const noisy = noise === 0 ? all : all.map((value) => Math.min(1, Math.max(0, value + noise * normal())));
  return tensor("float32", [digits.shape[0], 28, 28, 1], noisy);
}
`,
  keras: `def changed(digits, right, down, turn, scale, noise):
    """Digits as they are when all are moved (pixels), turned (degrees), scaled and strewn with noise (0 to 1)."""
    moved = np.stack([
        apply_affine_transform(
            digit, theta=-turn, tx=-right, ty=-down, zx=1 / scale, zy=1 / scale,
            fill_mode="constant", cval=0, row_axis=0, col_axis=1, channel_axis=2, order=1,
        )
        for digit in digits
    ])
    return np.clip(moved + noise * np.random.normal(size=moved.shape), 0, 1)
`,
} as const;

/** What `changedFunction` takes after the digits, in both libraries. */
const changeOf = ({ right, down, rotation, zoom, noise }: Distortion): string =>
  [right, down, rotation, zoom, noise].join(", ");

/** The test digits as the page shows them, or one of them alone, and what a program must have for that. */
export function testDigits(distortion: Distortion, only?: number) {
  const isAsTheyAre = !isChanged(distortion);
  const [images, xTest] =
    only === undefined
      ? ["test.images", "x_test[..., None]"]
      : [`sliceRows(test.images, ${only}, ${only + 1})`, `x_test[${only}:${only + 1}, ..., None]`];
  return {
    imports: [
      ...(isAsTheyAre ? [] : ["imageDataGenerator", "tensor", "type Tensor"]),
      ...(isAsTheyAre && only === undefined ? [] : ["sliceRows"]),
    ],
    kerasImports: isAsTheyAre
      ? ""
      : "from tensorflow.keras.preprocessing.image import apply_affine_transform\n",
    typescript: `${isAsTheyAre ? "" : `${changedFunction.typescript}\n`}const { test } = await loadMnist();
const labels = test.labels.data;
const digits = ${isAsTheyAre ? `divide(${images}, 255)` : `changed(divide(${images}, 255), ${changeOf(distortion)})`};
`,
    keras: `${isAsTheyAre ? "" : `${changedFunction.keras}\n`}_, (x_test, labels) = keras.datasets.mnist.load_data()
digits = ${isAsTheyAre ? `${xTest} / 255` : `changed(${xTest} / 255, ${changeOf(distortion)})`}
`,
  };
}

/** The first so many test digits with their labels, for programs that need no more. */
export const firstDigits = (count: number) => ({
  typescript: `const { test } = await loadMnist();
const labels = test.labels.data.subarray(0, ${count});
const digits = divide(sliceRows(test.images, 0, ${count}), 255);`,
  keras: `_, (x_test, labels) = keras.datasets.mnist.load_data()
digits, labels = x_test[:${count}, ..., None] / 255, labels[:${count}]`,
});

/** An import of the library, in the order of the alphabet. */
export const imported = (...names: readonly string[]): string => {
  const plain = (name: string): string => name.replace("type ", "");
  const sorted = names.toSorted((a, b) => plain(a).localeCompare(plain(b), "en"));
  return `import { ${sorted.join(", ")} } from "trazo";\n`;
};
