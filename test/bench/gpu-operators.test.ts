import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, it } from "vitest";
import type { StepModel } from "../../bench/gpu/capture.js";
import { classSteps } from "../../bench/gpu/class-steps.js";
import { networkSteps } from "../../bench/gpu/network-steps.js";
import { operatorSteps } from "../../bench/gpu/operator-steps.js";
import { onnxSchemas } from "../../packages/trazo/src/onnx-format/schemas.js";

const file = readFileSync(new URL("../../bench/gpu-operators.md", import.meta.url), "utf8");

/** The rows of the first table: operator, forms, worst difference, where, forms on the processor, refused. */
const rows = file
  .slice(0, file.indexOf("\n## "))
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.slice(2, -2).split(" | "));

const operatorsIn = ({ model }: StepModel): string[] =>
  (fromBinary(onnxSchemas().Model, model).graph?.node ?? []).map(({ opType }) => opType);

describe("bench/gpu-operators.md", () => {
  let trained: readonly StepModel[];

  beforeAll(async () => {
    trained = [...(await networkSteps()), ...(await classSteps())];
  });

  it("has every operator that is written for a device", () => {
    const written = new Set([...trained, ...operatorSteps()].flatMap(operatorsIn));
    const listed = new Set(rows.map(([operator]) => operator));
    expect([...written].filter((operator) => !listed.has(operator))).toEqual([]);
  });

  it("has none that differs by more than what WebGPU allows sines", () => {
    for (const [operator = "", , difference] of rows) {
      const most = ["Sin", "Cos"].includes(operator) ? 2 ** -11 : 5e-5;
      if (operator !== "MaxPool") expect(Number(difference), operator).toBeLessThan(most);
    }
  });

  it("has none refused, or without a program there, that a layer, a loss, a metric or an optimizer needs", () => {
    const used = new Set(trained.flatMap(operatorsIn));
    const never = ["ArgMax", "LogSoftmax", "MaxPool", "OneHot", "Sign"];
    expect(never.filter((operator) => used.has(operator))).toEqual([]);
    const refused = rows.filter((cells) => cells[5]).map(([operator = ""]) => operator);
    expect(refused.filter((operator) => used.has(operator))).toEqual([]);
  });
});

/** What ONNX Runtime 1.30 has programs for on CUDA in the types in which it is written here, by its docs/OperatorKernels.md. */
const onCuda = [
  ..."Abs Add ArgMax AveragePool Cast Concat Conv ConvTranspose Cos Div Elu Equal Erf Exp Expand Floor Gather Gemm".split(
    " ",
  ),
  ..."Greater GreaterOrEqual GridSample HardSigmoid Identity LeakyRelu Less Log LogSoftmax MatMul Max MaxPool Min".split(
    " ",
  ),
  ..."Mul Neg OneHot Pad Pow ReduceL1 ReduceMax ReduceMean ReduceMin ReduceSum Relu Reshape ScatterElements Shape".split(
    " ",
  ),
  ..."Sigmoid Sign Sin Slice Softmax Softplus Sqrt Sub Tanh Transpose Unsqueeze Where".split(" "),
];

it("a step on CUDA has no operator that ONNX Runtime would compute on the processor", async () => {
  const written = new Set((await classSteps("direct")).flatMap(operatorsIn));
  expect(written).toContain("MaxPool");
  expect([...written].filter((operator) => !onCuda.includes(operator))).toEqual([]);
});
