import { describe, expect, it } from "vitest";
import { type BatchOptions, type Sequential, type Tensor, TrazoError, tensor } from "../../src/index.js";
import { smallData, smallNet } from "./tiny.js";

const [x, y] = smallData(4);
const [fewer] = smallData(3);
const small = tensor("float32", [4, 3, 3, 1], new Float32Array(36));
const nothing = undefined as unknown as Tensor;
const used = [1, 2][Symbol.iterator]() as unknown as Tensor;

function compiled(): Sequential {
  const model = smallNet();
  model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
  return model;
}

type Call = (model: Sequential, x: Tensor, y: Tensor, options?: BatchOptions) => Promise<unknown>;

const methods: Readonly<Record<string, Call>> = {
  fit: (model, x, y, options) => model.fit(x, y, { ...options, verbose: 0 }),
  trainOnBatch: (model, x, y, options) => model.trainOnBatch(x, y, options),
  evaluate: (model, x, y, options) => model.evaluate(x, y, options),
  testOnBatch: (model, x, y, options) => model.testOnBatch(x, y, options),
  predict: (model, x) => model.predict(x),
  predictOnBatch: (model, x) => model.predictOnBatch(x),
};

const takesTargets = (name: string): boolean => !name.startsWith("predict");

const ofInputs: Readonly<Record<string, (call: Call) => Promise<unknown>>> = {
  "inputs that are none": (call) => call(compiled(), nothing, y),
  "inputs that can be used only once": (call) => call(compiled(), used, y),
  "inputs of another shape": (call) => call(compiled(), small, y),
};

const ofTargets: typeof ofInputs = {
  "targets that are none": (call) => call(compiled(), x, nothing),
  "another number of targets": (call) => call(compiled(), fewer, y),
  "targets of another shape": (call) => call(compiled(), x, x),
  "a model that is not compiled": (call) => call(smallNet(), x, y),
  "too few sample weights": (call) => call(compiled(), x, y, { sampleWeight: [1] }),
  "an option that there is not": (call) => call(compiled(), x, y, { weights: [1] } as BatchOptions),
};

const mistakesWith = (name: string): typeof ofInputs =>
  takesTargets(name) ? { ...ofInputs, ...ofTargets } : ofInputs;

describe.each(Object.entries(methods))("%s names itself when it refuses", (name, call) => {
  it.each(Object.entries(mistakesWith(name)))("%s", async (_, attempt) => {
    const error: unknown = await attempt(call).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TrazoError);
    expect((error as Error).message).toMatch(new RegExp(`^${name}(:| needs | has )`));
  });
});

it("trainOnBatch names itself while the model is being trained", async () => {
  const model = compiled();
  const training = model.fit(x, y, { verbose: 0 });
  await expect(model.trainOnBatch(x, y)).rejects.toThrow(/^trainOnBatch: this model is being trained/);
  await training;
});

it("a function of batches is named by what was called with it", async () => {
  const model = compiled();
  const wrong = () => [{ x: small, y }];
  const none = () => [];
  await expect(model.evaluate(wrong)).rejects.toThrow(/^evaluate: /);
  await expect(model.evaluate(none)).rejects.toThrow(/^evaluate: the function of batches gave none/);
  await expect(model.fit(wrong, { verbose: 0 })).rejects.toThrow(/^fit: /);
  await expect(model.fit(x, y, { verbose: 0, validationData: wrong })).rejects.toThrow(/^validationData: /);
});
