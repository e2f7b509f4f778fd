import type { NodeProto } from "onnx-buf";
import { TrazoError } from "../errors.js";
import { sizeOf } from "../tensor.js";
import { intOf, intsOf, nodeText } from "./attributes.js";

/** What is known of a value before anything runs: all but the numbers, and small integers themselves, since shapes hang on them. */
export interface Known {
  /** ONNX's number for the element type. */
  readonly type: number;
  readonly shape: readonly number[];
  /** The content where it is a few integers that follow from shapes and constants. */
  readonly ints?: readonly number[] | undefined;
}

/** What an operator gives for what it is given. */
export interface Given {
  readonly node: NodeProto;
  readonly inputs: readonly (Known | undefined)[];
}

export interface Result {
  readonly outputs: readonly Known[];
  /** As many multiplications of a matrix product take as long, roughly. Default: some for each number that comes out. */
  readonly work?: number;
  /** Bytes that the runtime takes besides, while it computes. Default 0. */
  readonly scratch?: number;
}

/** @throws TrazoError when the inputs or attributes do not go together */
export type ShapeRule = (given: Given) => Result;

export const one = (known: Known, work?: number): Result =>
  work === undefined ? { outputs: [known] } : { outputs: [known], work };

export function fail(node: NodeProto, message: string): never {
  throw new TrazoError(`${nodeText(node)}: ${message}`);
}

export function input({ node, inputs }: Given, index: number): Known {
  return inputs[index] ?? fail(node, `its input ${index} is missing.`);
}

/** The integers that an input holds. */
export function intsIn(given: Given, index: number, what: string): readonly number[] {
  return (
    input(given, index).ints ?? fail(given.node, `its ${what} depends on the data, which is not supported.`)
  );
}

/** Attribute in old opsets, input in new ones. */
export function intsFrom(given: Given, index: number, attribute: string): readonly number[] | undefined {
  return given.inputs[index] ? intsIn(given, index, attribute) : intsOf(given.node, attribute);
}

export const shapeText = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** An axis counted from the front. */
export function axisIn(node: NodeProto, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(counted) && counted >= 0 && counted < rank) return counted;
  return fail(node, `there is no axis ${axis} in ${rank} axes.`);
}

export const axisOf = ({ node }: Given, rank: number, otherwise: number): number =>
  axisIn(node, intOf(node, "axis") ?? otherwise, rank);

export function broadcast(node: NodeProto, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) fail(node, `${shapeText(a)} and ${shapeText(b)} do not fit.`);
    return x === 1 ? y : x;
  });
}

export const elements = ({ shape }: Known): number => sizeOf(shape);
