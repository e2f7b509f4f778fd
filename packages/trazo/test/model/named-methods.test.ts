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

const mistakes: Readonly<Record<string, (call: Call, name: string) => Promise<unknown> | undefined>> = {
  "inputs that are none": (call) => call(compiled(), nothing, y),
  "inputs that can be used only once": (call) => call(compiled(), used, y),
  "inputs of another shape": (call) => call(compiled(), small, y),
  "targets that are none": (call, name) => (takesTargets(name) ? call(compiled(), x, nothing) : undefined),
  "another number of targets": (call, name) => (takesTargets(name) ? call(compiled(), fewer, y) : undefined),
  "targets of another shape": (call, name) => (takesTargets(name) ? call(compiled(), x, x) : undefined),
  "a model that is not compiled": (call, name) => (takesTargets(name) ? call(smallNet(), x, y) : undefined),
  "too few sample weights": (call, name) =>
    takesTargets(name) ? call(compiled(), x, y, { sampleWeight: [1] }) : undefined,
  "an option that there is not": (call, name) =>
    takesTargets(name) ? call(compiled(), x, y, { weights: [1] } as BatchOptions) : undefined,
};

describe.each(Object.entries(methods))("%s names itself when it refuses", (name, call) => {
  it.each(Object.entries(mistakes))("%s", async (_, attempt) => {
    const attempted = attempt(call, name);
    if (!attempted) return;
    const error: unknown = await attempted.catch((error: unknown) => error);
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
