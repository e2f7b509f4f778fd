import type { NodeProto } from "onnx-buf";
import { intOf } from "../../onnx-format/attributes.js";
import { elementType, isFloatType } from "../../onnx-format/element-types.js";
import {
  axisOf,
  broadcast,
  elements,
  fail,
  type Given,
  input,
  type Known,
  one,
  type ShapeRule,
  shapeText,
} from "../../onnx-format/shape-rule.js";
import { inFiles, type Operator, rows } from "../operator.js";

export const like: ShapeRule = (given) => one({ ...input(given, 0), ints: undefined });
const unchanged: ShapeRule = (given) => one(input(given, 0));

/** All inputs broadcast against each other. */
const together = (given: Given): Known => {
  const { type, shape } = input(given, 0);
  return {
    type,
    shape: given.inputs.reduce<readonly number[]>(
      (sum, _, i) => broadcast(given.node, sum, input(given, i).shape),
      shape,
    ),
  };
};

export const broadcasting: ShapeRule = (given) => one(together(given));
export const comparison: ShapeRule = (given) => one({ ...together(given), type: elementType.bool });

/** Shapes are computed with these: integers are carried along. */
export const arithmetic =
  (rule: (a: number, b: number) => number): ShapeRule =>
  (given) =>
    one({ ...together(given), ints: combined(given, rule) });

function combined(given: Given, rule: (a: number, b: number) => number): number[] | undefined {
  const [a, b] = [input(given, 0), input(given, 1)];
  if (!a.ints || !b.ints || a.shape.length > 1 || b.shape.length > 1) return undefined;
  const at = (ints: readonly number[], i: number): number => ints[ints.length === 1 ? 0 : i] as number;
  const length = together(given).shape[0] ?? 1;
  const ints = Array.from({ length }, (_, i) => rule(at(a.ints as number[], i), at(b.ints as number[], i)));
  return ints.every(Number.isSafeInteger) ? ints : undefined;
}

/** Whole numbers by zero end the whole process, so the divisor must be known. */
export const division: ShapeRule = (given) => {
  const [a, b] = [input(given, 0), input(given, 1)];
  if (!isFloatType(a.type) && (!b.ints || b.ints.includes(0))) {
    fail(given.node, "it divides integers by what may be 0, which is not supported.");
  }
  return arithmetic((x, y) => Math.trunc(x / y))(given);
};

export const cast: ShapeRule = (given) => {
  const { shape, ints } = input(given, 0);
  const type = intOf(given.node, "to") ?? fail(given.node, "it does not say to which type.");
  const isWhole = type === elementType.int64 || type === elementType.int32;
  return one({ type, shape, ints: isWhole ? ints : undefined });
};

/** The slopes are stretched to the shape of `X`, never the other way. */
const slopes: ShapeRule = (given) => {
  const [x, slope] = [input(given, 0), input(given, 1)];
  if (shapeText(broadcast(given.node, x.shape, slope.shape)) !== shapeText(x.shape)) {
    fail(given.node, `slopes ${shapeText(slope.shape)} do not fit ${shapeText(x.shape)}.`);
  }
  return one({ ...x, ints: undefined });
};

const dropout: ShapeRule = (given) => {
  const x = input(given, 0);
  return { outputs: [x, { type: elementType.bool, shape: x.shape }].slice(0, given.node.output.length) };
};

const inferenceOnly: ShapeRule = (given) => {
  requireInference(given.node);
  return one({ ...input(given, 0), ints: undefined });
};

function requireInference(node: NodeProto): void {
  if ((intOf(node, "training_mode") ?? 0) !== 0 || node.output.length > 1) {
    fail(node, "it is in training mode. Export the model for inference.");
  }
}

const localResponse: ShapeRule = (given) => {
  const x = input(given, 0);
  const size = intOf(given.node, "size") ?? 0;
  const channels = x.shape[1] ?? 0;
  // The runtime makes room for as many channels more.
  if (size < 1 || size > 2 * channels + 1)
    fail(given.node, `a window of ${size} does not fit ${channels} channels.`);
  return one(x, 16 * elements(x));
};

/** An axis that is not there would be noticed late. */
export const alongAxis =
  (otherwise: number): ShapeRule =>
  (given) => {
    const x = input(given, 0);
    axisOf(given, x.shape.length, otherwise);
    return one({ ...x, ints: undefined });
  };

/** The type is that of what is chosen. */
export const where: ShapeRule = (given) => one({ type: input(given, 1).type, shape: together(given).shape });

/** Elementwise operators that only files have. */
export const elementwiseInFiles: Readonly<Record<string, Operator>> = {
  ...rows(
    "Selu Celu ThresholdedRelu HardSwish Softsign Gelu Mish Reciprocal Floor Ceil Round Not",
    inFiles(like),
  ),
  ...rows("LessOrEqual And Or Xor", inFiles(comparison, 2)),
  ...rows("Hardmax LpNormalization", inFiles(alongAxis(-1))),
  ...rows("Sum Mean", inFiles(broadcasting, 1, Infinity)),
  Clip: inFiles(like, 1, 3),
  Identity: inFiles(unchanged),
  Dropout: inFiles(dropout, 1, 3),
  PRelu: inFiles(slopes, 2),
  LRN: inFiles(localResponse),
  InstanceNormalization: inFiles(inferenceOnly, 3),
  GroupNormalization: inFiles(inferenceOnly, 3),
  LayerNormalization: inFiles(inferenceOnly, 2, 3),
  BatchNormalization: inFiles(inferenceOnly, 5),
};
