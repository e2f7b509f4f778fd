import { describe, expect, it } from "vitest";
import {
  divide,
  type ImageDataGeneratorOptions,
  imageDataGenerator,
  type Sequential,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { smallData, smallNet } from "./tiny.js";

const count = 20;
const [x, y] = smallData(count);
const varying = { rotationRange: 90, widthShiftRange: 0.3, zoomRange: 0.4 };

function compiled(seed = 7): Sequential {
  const model = smallNet(seed);
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

async function trained(
  options: ImageDataGeneratorOptions,
  { seed, flowSeed }: { seed?: number; flowSeed?: number } = {},
): Promise<Float32Array[]> {
  const model = compiled(seed);
  const flow = imageDataGenerator(options).flow(x, y, { batchSize: 8, seed: flowSeed });
  await model.fit(flow, { epochs: 3, verbose: 0 });
  return model.getWeights();
}

/** A generator that keeps all images that it makes, those of each pass one after the other. */
function recording(options: ImageDataGeneratorOptions) {
  const images: Float32Array[] = [];
  const preprocessingFunction = (image: Float32Array) => void images.push(image.slice());
  const passes = (): Float32Array[] =>
    Array.from({ length: images.length / count }, (_, pass) =>
      Float32Array.from(images.slice(pass * count, (pass + 1) * count).flatMap((image) => [...image])),
    );
  return { generator: imageDataGenerator({ ...options, preprocessingFunction }), passes };
}

const isPlain = (images: Float32Array): boolean => images.every((value, i) => value === x.data[i]);

describe("fit on a flow", () => {
  it("that varies nothing gives the very weights of fit on arrays", async () => {
    const model = compiled();
    await model.fit(x, y, { batchSize: 8, epochs: 3, verbose: 0 });
    expect(await trained({})).toEqual(model.getWeights());
  });

  it("with the same seed gives the same bytes, with another one others", async () => {
    const weights = await trained(varying);
    expect(await trained(varying)).toEqual(weights);
    expect(await trained(varying, { flowSeed: 5 })).not.toEqual(weights);
    expect(await trained({})).not.toEqual(weights);
  });

  it("continues as if it had never stopped", async () => {
    const model = compiled();
    const flow = imageDataGenerator(varying).flow(x, y, { batchSize: 8 });
    await model.fit(flow, { epochs: 1, verbose: 0 });
    await model.fit(flow, { epochs: 3, initialEpoch: 1, verbose: 0 });
    expect(model.getWeights()).toEqual(await trained(varying));
  });

  it("varies every image again in every epoch, and leaves the data as it is", async () => {
    const model = compiled();
    const { generator, passes } = recording(varying);
    const flow = generator.flow(x, y, { batchSize: count, shuffle: false });
    const before = x.data.slice();
    await model.fit(flow, { epochs: 2, verbose: 0 });
    const made = passes();
    expect(made).toHaveLength(2);
    expect(made[0]).not.toEqual(made[1]);
    expect(made[0]).not.toEqual(before);
    expect(x.data).toEqual(before);
  });

  it("leaves the images of the last epochs as they are when so many passes are to be varied", async () => {
    const model = compiled();
    const { generator, passes } = recording(varying);
    const flow = generator.flow(x, y, { batchSize: count, shuffle: false, variedPasses: 1 });
    await model.fit(flow, { epochs: 3, verbose: 0 });
    expect(passes().map((images) => isPlain(images))).toEqual([false, true, true]);
  });

  it("counts those passes from the training's first epoch, whatever the model was trained before", async () => {
    const options = { batchSize: count, shuffle: false, variedPasses: 2 };
    const model = compiled();
    await model.fit(x, y, { epochs: 3, verbose: 0 });
    const later = recording(varying);
    await model.fit(later.generator.flow(x, y, options), { epochs: 3, verbose: 0 });
    expect(later.passes().map((images) => isPlain(images))).toEqual([false, false, true]);

    const goingOn = recording(varying);
    await model.fit(goingOn.generator.flow(x, y, options), { initialEpoch: 1, epochs: 3, verbose: 0 });
    expect(goingOn.passes().map((images) => isPlain(images))).toEqual([false, true]);
  });

  it("validates on images as they are, of whatever type", async () => {
    const model = compiled();
    const bytes = divide(
      tensor(
        "uint8",
        x.shape,
        Uint8Array.from(x.data, (value) => Math.abs(value) * 255),
      ),
      255,
    );
    const flow = imageDataGenerator(varying).flow(bytes, y, { batchSize: 8 });
    const { history } = await model.fit(flow, { epochs: 2, verbose: 0, validationData: [bytes, y] });
    const { loss } = await model.evaluate(bytes, y, { batchSize: 8 });
    expect(history.val_loss?.at(-1)).toBe(loss);
  });

  it("weighs samples by the flow's own weights", async () => {
    const model = compiled();
    const none = imageDataGenerator(varying).flow(x, y, { batchSize: 8, sampleWeight: new Float32Array(20) });
    const before = model.getWeights();
    await model.fit(none, { verbose: 0 });
    expect(model.getWeights()).toEqual(before);
  });

  it.each([
    [{ batchSize: 4 }, "batchSize"],
    [{ shuffle: false }, "shuffle"],
    [{ sampleWeight: new Float32Array(20) }, "sampleWeight"],
    [{ validationSplit: 0.2 }, "validationSplit"],
  ])("refuses %o, which the flow decides", async (options, name) => {
    const attempt = compiled().fit(imageDataGenerator().flow(x, y), { verbose: 0, ...options });
    await expect(attempt).rejects.toThrow(TrazoError);
    await expect(attempt).rejects.toThrow(`${name} belongs to the flow`);
  });
});
