import type { NodeProto } from "onnx-buf";
import { intOf } from "../attributes.js";
import { elementType, isFloatType } from "../element-types.js";
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
} from "./rule.js";

const like: ShapeRule = (given) => one({ ...input(given, 0), ints: undefined });
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

const broadcasting: ShapeRule = (given) => one(together(given));
const comparison: ShapeRule = (given) => one({ ...together(given), type: elementType.bool });

/** Shapes are computed with these: integers are carried along. */
const arithmetic =
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
const division: ShapeRule = (given) => {
  const [a, b] = [input(given, 0), input(given, 1)];
  if (!isFloatType(a.type) && (!b.ints || b.ints.includes(0))) {
    fail(given.node, "it divides integers by what may be 0, which is not supported.");
  }
  return arithmetic((x, y) => Math.trunc(x / y))(given);
};

const cast: ShapeRule = (given) => {
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
const alongAxis =
  (otherwise: number): ShapeRule =>
  (given) => {
    const x = input(given, 0);
    axisOf(given, x.shape.length, otherwise);
    return one({ ...x, ints: undefined });
  };

const named = (names: string, rule: ShapeRule): [string, ShapeRule][] =>
  names.split(" ").map((name) => [name, rule]);

export const elementwise: Readonly<Record<string, ShapeRule>> = Object.fromEntries([
  ...named(
    "Relu LeakyRelu Elu Selu Celu ThresholdedRelu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Gelu",
    like,
  ),
  ...named("Mish Erf Exp Log Sqrt Reciprocal Neg Abs Floor Ceil Round Sign Clip Not", like),
  ...named("InstanceNormalization LayerNormalization BatchNormalization GroupNormalization", inferenceOnly),
  ...named("Softmax LogSoftmax Hardmax LpNormalization", alongAxis(-1)),
  ...named("PRelu", slopes),
  ...named("LRN", localResponse),
  ...named("Identity", unchanged),
  ...named("Dropout", dropout),
  ...named("Sum Mean Max Min Pow", broadcasting),
  ...named("Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor", comparison),
  ...named(
    "Add",
    arithmetic((a, b) => a + b),
  ),
  ...named(
    "Sub",
    arithmetic((a, b) => a - b),
  ),
  ...named(
    "Mul",
    arithmetic((a, b) => a * b),
  ),
  ...named("Div", division),
  ...named("Cast", cast),
  [
    "Where",
    (given: Given) => {
      const { shape } = together(given);
      return one({ type: input(given, 1).type, shape });
    },
  ] as [string, ShapeRule],
]);
