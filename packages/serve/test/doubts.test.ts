import sharp from "sharp";
import { type ImageClassifier, tensor } from "trazo";
import { expect, it } from "vitest";
import { runServer } from "./running.js";

const digits: ImageClassifier = {
  name: "digits",
  imageShape: [28, 28, 1],
  classes: Array.from({ length: 10 }, (_, i) => String(i)),
  preparation: { ink: "light", invert: "auto", fit: "digit" },
  classify: async ({ shape: [count = 0] }) =>
    tensor("float32", [count, 10], new Float32Array(count * 10).fill(0.1)),
  dispose: async () => {},
};

const server = runServer(digits, {});

/** Black strokes on white paper. @param lefts where each stroke begins */
async function strokes(...lefts: number[]): Promise<Buffer> {
  const paper = sharp({ create: { width: 200, height: 120, channels: 3, background: "white" } });
  const stroke = await sharp({ create: { width: 12, height: 80, channels: 3, background: "black" } })
    .png()
    .toBuffer();
  return await paper
    .composite(lefts.map((left) => ({ input: stroke, left, top: 20 })))
    .png()
    .toBuffer();
}

const notesOf = async (body: Buffer): Promise<unknown> => {
  const response = await fetch(server.url("/predict"), {
    method: "POST",
    headers: { "content-type": "image/png" },
    body,
  });
  expect(response.status).toBe(200);
  const { predictions } = (await response.json()) as { predictions: [{ notes?: unknown }] };
  return predictions[0].notes;
};

it("says with the answer why a picture may have been misread, and nothing where there is no doubt", async () => {
  expect(await notesOf(await strokes(30, 150))).toEqual([expect.stringContaining("more than one digit")]);
  expect(await notesOf(await strokes(90))).toBeUndefined();
});
