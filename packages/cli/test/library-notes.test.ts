import sharp from "sharp";
import { kerasClassifier, layers, picturePreparation, sequential, tensor } from "trazo";
import { readPicture } from "trazo/node";
import { afterEach, expect, it, vi } from "vitest";
import { showNotes, showPictureNotes } from "../src/notes.js";
import { textIn } from "../src/text/index.js";

afterEach(() => void vi.restoreAllMocks());

/** Words that only English has. */
const english = /\b(the|does|they|are|its|to|not|one|each|been|left|out)\b/i;

/** What a classifier of pictures of a shape notes about itself, and about a picture of two digits in a frame. */
async function notesOf(shape: number[], activation: "softmax" | "sigmoid" | "linear"): Promise<string> {
  const model = sequential([layers.flatten({ inputShape: shape }), layers.dense({ units: 10, activation })], {
    seed: 1,
  });
  const classifier = await kerasClassifier(model, "model");
  await classifier.classify(tensor("uint8", [1, ...shape], new Uint8Array(shape.reduce((a, b) => a * b))));
  const strokes =
    '<svg width="200" height="120"><rect width="200" height="120" fill="#fff"/>' +
    '<rect x="0" y="0" width="14" height="120"/><rect x="60" y="30" width="10" height="60"/>' +
    '<rect x="140" y="30" width="10" height="60"/></svg>';
  const png = await sharp(Buffer.from(strokes)).png().toBuffer();
  const { doubts } = await readPicture(
    async () => png,
    "two.png",
    classifier.imageShape,
    picturePreparation(classifier),
  );
  let said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const text = await textIn("es");
  showNotes(classifier, text);
  showPictureNotes(classifier, text);
  showNotes({ notes: doubts }, text);
  vi.restoreAllMocks();
  await classifier.dispose();
  return said;
}

it.each([
  [[28, 28, 1], "softmax"],
  [[28, 28, 1], "sigmoid"],
  [[28, 28, 1], "linear"],
  [[12, 10, 3], "softmax"],
] as const)(
  "what the library notes of a model of %j with %s outputs is told in Spanish",
  async (shape, activation) => {
    const said = await notesOf([...shape], activation);
    expect(said).toMatch(/^Nota: /);
    expect(said).not.toMatch(english);
  },
);

it("and so are doubts about a picture", async () => {
  expect(await notesOf([28, 28, 1], "softmax")).toContain("Parece que hay más de un dígito");
});
