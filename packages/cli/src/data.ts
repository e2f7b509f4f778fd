import { type ImageDataset, loadMnist, type Tensor } from "trazo";
import type { CliText } from "./text/index.js";

export interface DataFlags {
  readonly data?: string;
}

export const loadImages = ({ data }: DataFlags): Promise<ImageDataset> =>
  loadMnist(data === undefined ? {} : { dir: data });

/** Prints sizes and the number of images of each class. */
export async function describeData(flags: DataFlags, { data: text }: CliText): Promise<void> {
  const { train, test, numClasses, source } = await loadImages(flags);
  const counts = (labels: Tensor<"uint8">): number[] => {
    const count = new Array<number>(numClasses).fill(0);
    for (const label of labels.data) count[label] = (count[label] as number) + 1;
    return count;
  };
  const [inTrain, inTest] = [counts(train.labels), counts(test.labels)];
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell) => String(cell).padStart(10)).join("");
  const lines = [
    `${source}`,
    text.sizes(shapeText(train.images), shapeText(test.images), numClasses),
    row([text.class, text.training, text.test]),
    ...inTrain.map((count, label) => row([label, count, inTest[label] as number])),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

const shapeText = ({ shape }: Tensor): string => `(${shape.join(", ")})`;
