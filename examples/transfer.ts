/** What was learned of one set of digits serves for another: Keras's `mnist_transfer_cnn`. */
import {
  divide,
  type LabeledImages,
  layers,
  type Model,
  type Runtime,
  sequential,
  takeRows,
  tensor,
  toCategorical,
} from "trazo";

/** Digits to learn from, others to be tested with, and how. */
export interface TransferOptions {
  readonly train: LabeledImages;
  readonly test: LabeledImages;
  /** Of each of the two trainings. Default 5. */
  readonly epochs?: number;
  readonly runtime?: Runtime;
}

/** What both trainings came to. */
export interface Transferred {
  /** The accuracy on the digits 0 to 4 after the first training. */
  readonly first: number;
  /** The accuracy on the digits 5 to 9 after the second one, of the dense layers alone. */
  readonly second: number;
  readonly model: Model;
}

/** Learns 0 to 4, freezes the convolutions, and learns 5 to 9. */
export async function transfer({ train, test, epochs = 5, runtime }: TransferOptions): Promise<Transferred> {
  const model = sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.25 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: "relu" }),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 5, activation: "softmax" }),
    ],
    { seed: 1, runtime },
  );
  const learn = async (from: number): Promise<number> => {
    model.compile({ loss: "categorical_crossentropy", optimizer: "adam", metrics: ["accuracy"] });
    const [seen, unseen] = [fiveDigits(train, from), fiveDigits(test, from)];
    await model.fit(seen.x, seen.y, { batchSize: 128, epochs, verbose: 0 });
    return (await model.evaluate(unseen.x, unseen.y)).accuracy ?? 0;
  };
  const first = await learn(0);
  model.setTrainable(({ className }) => className === "Dense");
  return { first, second: await learn(5), model };
}

/** The digits `from` to `from + 4`, as classes 0 to 4. */
function fiveDigits({ images, labels }: LabeledImages, from: number) {
  const rows = Array.from(labels.data.keys()).filter((i) => {
    const digit = labels.data[i] as number;
    return digit >= from && digit < from + 5;
  });
  const digits = takeRows(labels, rows).data.map((digit) => digit - from);
  const classes = tensor("uint8", [rows.length], digits);
  return { x: divide(takeRows(images, rows), 255), y: toCategorical(classes, 5) };
}
