import { expect, it } from "vitest";
import { operators } from "../../src/graph/operators.js";
import { everyOperator } from "../../src/plan/operators/rare.js";

/** Operators of graphs that the plan has none for, and why. */
const left: Readonly<Record<string, string>> = {
  AveragePool: "the ONNX lowering alone makes it",
  Conv: "the ONNX lowering alone makes it",
  ConvTranspose: "the ONNX lowering alone makes it",
  Cos: "angles are met before the first layer with weights, in augmentation",
  Erf: "it is met within GELU, which the plan has",
  GridSample: "images are sampled before the first layer with weights, in augmentation",
  MaxPool: "the ONNX lowering alone makes it",
  Reshape: "it gives the same numbers where they lie",
  ScatterElements: "gradients of graphs alone make it",
  Sin: "angles are met before the first layer with weights, in augmentation",
};

it("the plan has an operator for each of a graph's, but for some with a reason", () => {
  const missing = Object.entries(operators).flatMap(([name, { infer }]) =>
    infer && !everyOperator[name] ? [name] : [],
  );
  expect(missing.sort()).toEqual(Object.keys(left));
});
