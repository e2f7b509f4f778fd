/** What pages take as given, since other pages have said it. */
const digits = `
import { divide as givenDivide, loadMnist as givenMnist, sliceRows as givenRows, toCategorical as givenCategorical } from "trazo";
const given = await givenMnist();
const [givenImages, givenClasses] = [givenDivide(given.train.images, 255), givenCategorical(given.train.labels, 10)];
const [xTrain, yTrain] = [givenRows(givenImages, 0, 256), givenRows(givenClasses, 0, 256)];
const [xVal, yVal] = [givenRows(givenImages, 256, 320), givenRows(givenClasses, 256, 320)];
`;

const network = `
import { layers as givenLayers, sequential as givenSequential } from "trazo";
const model = givenSequential([givenLayers.flatten({ inputShape: [28, 28, 1] }), givenLayers.dense({ units: 10, activation: "softmax" })]);
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
`;

/** TypeScript that comes before a page's own. */
export const given: Readonly<Record<string, string>> = {
  "from-keras": digits,
  "practice/augmentation": digits + network,
};
