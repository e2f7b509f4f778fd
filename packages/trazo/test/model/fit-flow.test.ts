import { describe, expect, it } from "vitest";
import {
  divide,
  type ImageDataGeneratorOptions,
  type ImageFlow,
  imageDataGenerator,
  type Sequential,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { smallData, smallNet } from "./tiny.js";

const [x, y] = smallData(20);
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

/** The images of every batch that the flow makes from here on. */
function recorded(flow: ImageFlow): Float32Array[] {
  const made: Float32Array[] = [];
  const write = flow.writeBatch.bind(flow);
  flow.writeBatch = (indices, batch, seed, target) => {
    write(indices, batch, seed, target);
    made.push(target.slice());
  };
  return made;
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
    const generator = imageDataGenerator(varying);
    const flow = generator.flow(x, y, { batchSize: 20, shuffle: false });
    const made = recorded(flow);
    const before = x.data.slice();
    await model.fit(flow, { epochs: 2, verbose: 0 });
    expect(made).toHaveLength(2);
    expect(made[0]).not.toEqual(made[1]);
    expect(made[0]).not.toEqual(before);
    expect(x.data).toEqual(before);
  });

  it("leaves the images of the last epochs as they are when so many passes are to be varied", async () => {
    const model = compiled();
    const flow = imageDataGenerator(varying).flow(x, y, { batchSize: 20, shuffle: false, variedPasses: 1 });
    const made = recorded(flow);
    await model.fit(flow, { epochs: 3, verbose: 0 });
    expect(made.map((images) => isPlain(images))).toEqual([false, true, true]);
  });

  it("counts those passes from the training's first epoch, whatever the model was trained before", async () => {
    const flow = () =>
      imageDataGenerator(varying).flow(x, y, { batchSize: 20, shuffle: false, variedPasses: 2 });
    const model = compiled();
    await model.fit(x, y, { epochs: 3, verbose: 0 });
    const later = flow();
    const made = recorded(later);
    await model.fit(later, { epochs: 3, verbose: 0 });
    expect(made.map((images) => isPlain(images))).toEqual([false, false, true]);

    const goingOn = flow();
    const rest = recorded(goingOn);
    await model.fit(goingOn, { initialEpoch: 1, epochs: 3, verbose: 0 });
    expect(rest.map((images) => isPlain(images))).toEqual([false, true]);
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
