/** Which of several networks is the better one: each is trained and judged on every fold of the data in turn. */
import {
  divide,
  kFold,
  type LabeledImages,
  layers,
  type Runtime,
  type Sequential,
  sequential,
  takeRows,
} from "trazo";

/** The digits, and what is to be compared. */
export interface CrossValidationOptions {
  readonly digits: LabeledImages;
  /** The widths of the hidden layer that are tried. */
  readonly units: readonly number[];
  /** Default 3. */
  readonly splits?: number;
  /** Default 5. */
  readonly epochs?: number;
  readonly runtime?: Runtime;
}

/** How one width did. */
export interface Candidate {
  readonly units: number;
  /** The accuracy on each fold, of the network trained on the others. */
  readonly accuracies: readonly number[];
  readonly mean: number;
}

/** @returns the widths, the best one first */
export async function crossValidation({
  digits,
  units,
  splits = 3,
  epochs = 5,
  runtime,
}: CrossValidationOptions): Promise<Candidate[]> {
  const { labels } = digits;
  const images = divide(digits.images, 255);
  const folds = kFold(labels.data.length, { splits, shuffle: true, randomState: 0, stratify: labels });
  const candidates: Candidate[] = [];
  for (const width of units) {
    const accuracies: number[] = [];
    for (const [fold, { train, test }] of folds.entries()) {
      const model = network(width, fold, runtime);
      await model.fit(takeRows(images, train), takeRows(labels, train), {
        batchSize: 32,
        epochs,
        verbose: 0,
      });
      const scores = await model.evaluate(takeRows(images, test), takeRows(labels, test));
      accuracies.push(scores.accuracy ?? 0);
      await model.dispose();
    }
    const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / splits;
    candidates.push({ units: width, accuracies, mean });
  }
  return candidates.sort((a, b) => b.mean - a.mean);
}

function network(units: number, seed: number, runtime: Runtime | undefined): Sequential {
  const model = sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units, activation: "relu" }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed, runtime },
  );
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}
