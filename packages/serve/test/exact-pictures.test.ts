import sharp from "sharp";
import { readImage } from "trazo";
import { expect, it } from "vitest";
import { fakeClassifier } from "./fake-classifier.js";
import { runServer } from "./running.js";

const form = { interpolation: "bilinear", antialias: true, fit: "crop" } as const;
const server = runServer({
  ...fakeClassifier(),
  preparation: { ...form, ink: "light", invert: false },
});

it("reads a large picture as the pictures were read that the model was trained on", async () => {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const bytes = await sharp({ create: { width: 1300, height: 900, channels: 3, background: "red", noise } })
    .jpeg()
    .toBuffer();
  const response = await fetch(server.url("/predict?input=true"), {
    method: "POST",
    headers: { "content-type": "image/jpeg" },
    body: bytes,
  });
  const { predictions } = (await response.json()) as { predictions: { input: number[][] }[] };
  const expected = await readImage(bytes, { height: 2, width: 3, channels: 1, ...form });
  expect(predictions[0]?.input.flat(2)).toEqual([...expected.data]);
});
