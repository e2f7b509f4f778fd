import { describe, expect, it } from "vitest";
import { type Loss, losses, type Tensor, tensor, toCategorical } from "../../src/index.js";
import { type Link, numericGradient, runLoss, sigmoidOf, softmaxOf } from "./run-loss.js";

const logits = [
  [1, -2, 0.5],
  [0, 0.25, -1],
  [3, 2, -4],
];
const labels = [2, 0, 1];
const hot = [
  [0, 0, 1],
  [1, 0, 0],
  [0, 1, 0],
];
const table = (rows: readonly (readonly number[])[]): Tensor<"float32"> =>
  tensor("float32", [rows.length, rows[0]?.length as number], Float32Array.from(rows.flat()));

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const close = (found: readonly number[], wanted: readonly number[], tolerance = 1e-5): void => {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs((found[i] as number) - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  }
};

/** Losses and gradient against a formula in float64. */
async function compare(
  loss: Loss,
  targets: Tensor,
  rows: readonly (readonly number[])[],
  link: Link,
  formula: (row: readonly number[], sample: number) => number,
): Promise<void> {
  const found = await runLoss(loss, targets, rows, link);
  close(found.losses, rows.map(formula));
  close(found.gradient, numericGradient(formula, rows), 1e-4);
}

describe("categoricalCrossentropy", () => {
  const cross = (y: readonly number[], p: readonly number[]): number =>
    -sum(y.map((t, k) => t * Math.log(p[k] as number)));
  const row = (i: number): readonly number[] => hot[i] as readonly number[];

  it("is -sum y log p after softmax", async () => {
    await compare(losses.categoricalCrossentropy(), table(hot), logits, "softmax", (z, i) =>
      cross(row(i), softmaxOf(z)),
    );
  });

  it("takes logits with fromLogits", async () => {
    await compare(losses.categoricalCrossentropy({ fromLogits: true }), table(hot), logits, "none", (z, i) =>
      cross(row(i), softmaxOf(z)),
    );
  });

  it("takes the logits behind a softmax even with fromLogits, as Keras on TensorFlow", async () => {
    await compare(
      losses.categoricalCrossentropy({ fromLogits: true }),
      table(hot),
      logits,
      "softmax",
      (z, i) => cross(row(i), softmaxOf(z)),
    );
  });

  it("normalizes and clips probabilities that come from elsewhere", async () => {
    const weights = [
      [2, 1, 1],
      [0.5, 0.2, 0.3],
      [1, 3, 4],
    ];
    await compare(losses.categoricalCrossentropy(), table(hot), weights, "none", (p, i) =>
      cross(
        row(i),
        p.map((v) => v / sum(p)),
      ),
    );
    // A probability of 0 costs -log 1e-7, and pulls at nothing.
    const { losses: each, gradient } = await runLoss(
      losses.categoricalCrossentropy(),
      table([[0, 1]]),
      [[1, 0]],
      "none",
    );
    close(each, [-Math.log(1e-7)]);
    close(gradient, [0, 0]);
  });

  it("stays exact and finite after softmax where the probability underflows", async () => {
    const { losses: each, gradient } = await runLoss(
      losses.categoricalCrossentropy(),
      table([[0, 1]]),
      [[500, -500]],
      "softmax",
    );
    close(each, [1000]);
    close(gradient, [1, -1]);
  });

  it("smooths labels towards all classes evenly", async () => {
    const smooth = (y: readonly number[]): number[] => y.map((t) => t * 0.7 + 0.3 / 3);
    const loss = losses.categoricalCrossentropy({ labelSmoothing: 0.3 });
    await compare(loss, table(hot), logits, "softmax", (z, i) => cross(smooth(row(i)), softmaxOf(z)));
  });

  it("takes targets of any number type, and such as are no single class", async () => {
    const loss = losses.categoricalCrossentropy();
    const wanted = (await runLoss(loss, table(hot), logits, "softmax")).losses;
    close(
      (await runLoss(loss, tensor("uint8", [3, 3], Uint8Array.from(hot.flat())), logits, "softmax")).losses,
      wanted,
    );
    close(
      (await runLoss(loss, tensor("int32", [3, 3], Int32Array.from(hot.flat())), logits, "softmax")).losses,
      wanted,
    );
    close(
      (
        await runLoss(
          loss,
          toCategorical(tensor("uint8", [3], Uint8Array.from(labels)), 3),
          logits,
          "softmax",
        )
      ).losses,
      wanted,
    );
    const soft = [[0.2, 0.5, 0.9]];
    await compare(loss, table(soft), [[1, 2, 3]], "softmax", (z) => cross(soft[0] as number[], softmaxOf(z)));
  });
});

describe("dice and tversky", () => {
  const truth = [
    [1, 0, 1],
    [0, 0, 1],
    [1, 1, 0],
  ];
  const overlap = (y: readonly number[], p: readonly number[], alpha: number, beta: number): number => {
    const hits = sum(y.map((t, k) => t * (p[k] as number)));
    const misses = sum(y.map((t, k) => t * (1 - (p[k] as number))));
    const alarms = sum(y.map((t, k) => (1 - t) * (p[k] as number)));
    return 1 - hits / (hits + alpha * misses + beta * alarms + 1e-7);
  };
  const own = (sample: number): readonly number[] => truth[sample] as number[];

  it("compare the sums of each sample along the axes", async () => {
    const tversky = losses.tversky({ alpha: 0.8, beta: 0.3, axis: 1 });
    await compare(tversky, table(truth), logits, "sigmoid", (z, i) =>
      overlap(own(i), z.map(sigmoidOf), 0.8, 0.3),
    );
    await compare(losses.dice({ axis: [-1] }), table(truth), logits, "sigmoid", (z, i) =>
      overlap(own(i), z.map(sigmoidOf), 0.5, 0.5),
    );
  });

  it("are one number for the whole batch without axes, which every sample has", async () => {
    const { losses: each, gradient } = await runLoss(losses.dice(), table(truth), logits, "sigmoid");
    const whole = (z: readonly number[]): number => overlap(truth.flat(), z.map(sigmoidOf), 0.5, 0.5);
    close(
      each,
      logits.map(() => whole(logits.flat())),
    );
    close(
      gradient,
      numericGradient(whole, [logits.flat()]).map((slope) => 3 * slope),
      1e-4,
    );
  });

  it("refuse an axis that the predictions do not have, by name", async () => {
    const far = runLoss(losses.dice({ axis: [1, 2] }), table(truth), logits, "sigmoid");
    await expect(far).rejects.toThrow("Dice: Axis 2 is outside a tensor of rank 2.");
    expect(() => losses.dice({ axis: [0.5] })).toThrow(/^Dice axis must be an axis or a list of axes/);
  });
});

describe("categoricalGeneralizedCrossEntropy", () => {
  it("is (1 - p^q) / q of the true class", async () => {
    const targets = tensor("uint8", [3], Uint8Array.from(labels));
    const loss = losses.categoricalGeneralizedCrossEntropy({ q: 0.7 });
    await compare(
      loss,
      targets,
      logits,
      "softmax",
      (z, i) => (1 - (softmaxOf(z)[labels[i] as number] as number) ** 0.7) / 0.7,
    );
    expect(() => loss.checkTargets?.(tensor("uint8", [1], Uint8Array.of(3)), [1, 3])).toThrow(
      "categorical_generalized_cross_entropy needs class numbers from 0 to 2, but target 0 is 3.",
    );
  });
});

describe("sparseCategoricalCrossentropy", () => {
  const loss = losses.sparseCategoricalCrossentropy();
  const targets = tensor("uint8", [3], Uint8Array.from(labels));
  const own = (z: readonly number[], i: number): number =>
    -Math.log(softmaxOf(z)[labels[i] as number] as number);

  it("is the cross-entropy of the class number", async () => {
    await compare(loss, targets, logits, "softmax", own);
    await compare(losses.sparseCategoricalCrossentropy({ fromLogits: true }), targets, logits, "none", own);
  });

  it("takes numbers of every type, in a row or a column", async () => {
    const wanted = logits.map(own);
    const forms = [
      tensor("int32", [3, 1], Int32Array.from(labels)),
      tensor("int64", [3], BigInt64Array.from(labels, BigInt)),
      tensor("float32", [3, 1], Float32Array.from(labels)),
    ];
    for (const form of forms) close((await runLoss(loss, form, logits, "softmax")).losses, wanted);
  });

  it("from probabilities is -log softmax(log clip p), as in Keras", async () => {
    const probabilities = [
      [0.2, 0.3, 0.5],
      [0.1, 0.1, 0.1],
      [0.5, 1e-9, 0.5],
    ];
    const clip = (p: number): number => Math.min(Math.max(p, 1e-7), 1 - 1e-7);
    const { losses: each } = await runLoss(loss, targets, probabilities, "none");
    close(
      each,
      probabilities.map((p, i) => -Math.log(clip(p[labels[i] as number] as number) / sum(p.map(clip)))),
    );
  });
});

describe("binaryCrossentropy", () => {
  const y = [
    [1, 0],
    [0, 0.25],
    [1, 1],
  ];
  const z = [
    [0.5, -1],
    [2, 0],
    [-3, 4],
  ];
  const each = (t: number, p: number): number => -(t * Math.log(p) + (1 - t) * Math.log(1 - p));
  const mean = (targets: readonly number[], p: readonly number[]): number =>
    sum(targets.map((t, k) => each(t, p[k] as number))) / targets.length;

  it("is the mean over the outputs, after sigmoid, from logits and from probabilities", async () => {
    const formula = (row: readonly number[], i: number): number => mean(y[i] as number[], row.map(sigmoidOf));
    await compare(losses.binaryCrossentropy(), table(y), z, "sigmoid", formula);
    await compare(losses.binaryCrossentropy({ fromLogits: true }), table(y), z, "none", formula);
    const p = z.map((row) => row.map(sigmoidOf));
    await compare(losses.binaryCrossentropy(), table(y), p, "none", (row, i) => mean(y[i] as number[], row));
  });

  it("stays finite after sigmoid where the probability is 0 or 1, and clips other probabilities", async () => {
    const sure = await runLoss(losses.binaryCrossentropy(), table([[0, 1]]), [[200, -200]], "sigmoid");
    close(sure.losses, [200]);
    close(sure.gradient, [0.5, -0.5]);
    const clipped = await runLoss(losses.binaryCrossentropy(), table([[0], [1]]), [[1], [0]], "none");
    // 1 - 1e-7 in float32 is 1 - 1.19e-7.
    close(clipped.losses, [-Math.log(1 - Math.fround(1 - 1e-7)), -Math.log(1e-7)]);
    close(clipped.gradient, [0, 0]);
  });

  it("smooths labels towards one half", async () => {
    const loss = losses.binaryCrossentropy({ labelSmoothing: 0.2 });
    await compare(loss, table(y), z, "sigmoid", (row, i) =>
      mean(
        (y[i] as number[]).map((t) => t * 0.8 + 0.1),
        row.map(sigmoidOf),
      ),
    );
  });
});

describe("meanSquaredError", () => {
  it("is the mean over the outputs of the squared difference", async () => {
    const y = [
      [1, 2],
      [0, -1],
    ];
    const predictions = [
      [2, 0],
      [0.5, -1],
    ];
    await compare(
      losses.meanSquaredError(),
      table(y),
      predictions,
      "none",
      (row, i) => sum(row.map((p, k) => (p - ((y[i] as number[])[k] as number)) ** 2)) / 2,
    );
  });
});

describe("losses refuse", () => {
  it.each([-0.1, 1.1, Number.NaN])("a label smoothing of %s", (labelSmoothing) => {
    for (const make of [losses.categoricalCrossentropy, losses.binaryCrossentropy]) {
      expect(() => make({ labelSmoothing })).toThrow(
        `labelSmoothing must be a finite number from 0 to 1, but got ${labelSmoothing}`,
      );
    }
  });
});
