import { describe, expect, it } from "vitest";
import { fromKeras, nodeRuntime } from "../../trazo/src/index.js";
import type { KeptPictureRun } from "../src/lab/ports.js";
import { fromBase64, toBase64 } from "../src/protocol/base64.js";
import { checkQuestion } from "../src/protocol/check.js";
import type { PictureRun, PictureSettings, PlainNetwork } from "../src/protocol/pictures.js";
import { labWithFewDigits } from "./lab-with-few-digits.js";

const side = 32;
const settings: PictureSettings = {
  classes: ["across", "down"],
  side,
  channels: 1,
  epochs: 8,
  seed: 1,
  varied: false,
};

/** Stripes across or down, at other places and of other strengths. */
function stripes(label: number, i: number): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, at) => {
    const along = label === 0 ? Math.floor(at / side) : at % side;
    return (along + i) % 8 < 3 ? 130 + ((i * 37) % 120) : 20;
  });
}

const labels = Array.from({ length: 40 }, (_, i) => i % 2);
const all = new Uint8Array(labels.length * side * side);
for (const [i, label] of labels.entries()) all.set(stripes(label, i), i * side * side);
const pixels = toBase64(all);
const mark = "stripes";

describe("a network for somebody's own pictures", () => {
  it("learns, says what it answers to what it was not trained with, shows where it looks, and is taken away; it is there again when the lab is opened again", async () => {
    const kept: KeptPictureRun[] = [];
    const { lab, events } = await labWithFewDigits([], kept);
    const lastRun = (): PictureRun | undefined =>
      events.flatMap((event) => (event.type === "pictures" ? [event.run] : [])).at(-1);
    await lab.ask({ command: "trainPictures", settings, labels, pixels, mark });
    await expect.poll(() => lastRun()?.status, { timeout: 60_000 }).toBe("done");
    const run = lastRun() as PictureRun;
    expect([run.training, run.validation]).toEqual([32, 8]);
    expect(run.epochs).toHaveLength(8);
    const right = run.answers.filter(({ label, probabilities }) => (probabilities[label] as number) > 0.5);
    expect(right.length).toBeGreaterThanOrEqual(7);
    for (const { picture, label } of run.answers) expect(labels[picture]).toBe(label);

    const one = toBase64(stripes(1, 3));
    const read = (await lab.ask({ command: "readPictures", pixels: one })) as {
      probabilities: readonly (readonly number[])[];
    };
    const heat = (await lab.ask({ command: "heatPicture", pixels: one, of: 1 })) as { values: string };
    expect(Math.max(...fromBase64(heat.values))).toBeGreaterThan(200);

    const saved = async (format: "keras" | "page"): Promise<Uint8Array> =>
      fromBase64(((await lab.ask({ command: "savePictures", format })) as { bytes: string }).bytes);
    const model = await fromKeras(await saved("keras"), { runtime: nodeRuntime({ threads: 1 }) });
    expect(model.classNames).toEqual(settings.classes);
    const plain = JSON.parse(new TextDecoder().decode(await saved("page"))) as PlainNetwork;
    expect(plain.layers.map(({ kind }) => kind)).toEqual([
      "convolution",
      "convolution",
      "convolution",
      "answer",
    ]);
    expect(read.probabilities[0]?.[1]).toBeGreaterThan(0.5);
    await lab.close();

    const again = await labWithFewDigits([], kept);
    const hello = (await again.lab.ask({ command: "hello" })) as { pictures: PictureRun };
    expect(hello.pictures).toEqual({ ...run, id: 1 });
    expect(await again.lab.ask({ command: "readPictures", pixels: one })).toEqual({ ...read, run: 1 });
    await again.lab.close();
  });

  it("is stopped midway, and reads all the same", async () => {
    const { lab, events } = await labWithFewDigits();
    await lab.ask({ command: "trainPictures", settings: { ...settings, epochs: 200 }, labels, pixels, mark });
    await expect
      .poll(() => events.filter(({ type }) => type === "pictures").length, { timeout: 60_000 })
      .toBeGreaterThan(3);
    await lab.ask({ command: "stopPictures" });
    const hello = (await lab.ask({ command: "hello" })) as { pictures: PictureRun };
    expect(hello.pictures.status).toBe("stopped");
    expect(hello.pictures.answers).toHaveLength(8);
    await lab.close();
  });

  it.each([
    [{ labels: labels.slice(1) }, /"pixels" must be 39936 bytes/],
    [{ labels: labels.map(() => 2) }, /"labels" must be a number from 0 to 1/],
    [{ settings: { ...settings, classes: ["a", "a"] } }, /"classes" must be a list of different names/],
    [{ settings: { ...settings, side: 33 } }, /"side" must be one of 32, 48, 64, 96/],
  ])("is refused what does not fit: %o", (wrong, reason) => {
    expect(() =>
      checkQuestion({ command: "trainPictures", settings, labels, pixels, mark, ...wrong }),
    ).toThrow(reason);
  });
});
