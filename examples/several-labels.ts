/** Several answers for one picture: a sigmoid for each, judged each by itself. Here: is a digit odd, above four, and an eight? */
import {
  divide,
  type LabeledImages,
  layers,
  metrics,
  type Runtime,
  sequential,
  type Tensor,
  tensor,
} from "trazo";

/** The questions, by their names. */
export const questions: Readonly<Record<string, (digit: number) => boolean>> = {
  odd: (digit) => digit % 2 === 1,
  "above four": (digit) => digit > 4,
  eight: (digit) => digit === 8,
};

/** Digits to learn from, others to be tested with, and how. */
export interface SeveralLabelsOptions {
  readonly train: LabeledImages;
  readonly test: LabeledImages;
  /** Default 10. */
  readonly epochs?: number;
  readonly runtime?: Runtime;
}

/** @returns the scores on the test digits, all answers together */
export async function severalLabels({
  train,
  test,
  epochs = 10,
  runtime,
}: SeveralLabelsOptions): Promise<Record<string, number>> {
  const model = sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d({ filters: 8, kernelSize: 5, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: Object.keys(questions).length, activation: "sigmoid" }),
    ],
    { seed: 1, runtime },
  );
  model.compile({
    optimizer: "adam",
    loss: "binaryCrossentropy",
    metrics: ["binaryAccuracy", metrics.precision(), metrics.recall(), metrics.auc({ multiLabel: true })],
  });
  await model.fit(divide(train.images, 255), answersTo(train), { epochs, verbose: 0 });
  const scores = await model.evaluate(divide(test.images, 255), answersTo(test));
  await model.dispose();
  return scores;
}

/** A row a digit, a column a question. */
function answersTo({ labels }: LabeledImages): Tensor<"float32"> {
  const asked = Object.values(questions);
  const answers = Array.from(labels.data, (digit) => asked.map((ask) => (ask(digit) ? 1 : 0)));
  return tensor("float32", [labels.data.length, asked.length], answers);
}
