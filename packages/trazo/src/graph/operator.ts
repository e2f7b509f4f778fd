import type { ShapeRule } from "../onnx-format/shape-rule.js";
import type { DType, Tensor } from "../tensor.js";
import type { Attribute, Node, Shape, Value } from "./value.js";

export type Attributes = Readonly<Record<string, Attribute>>;

/** The type of an output: what a shape rule gives. */
export interface ValueType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** What a node looks like in the ONNX file where it differs from ours. */
export interface OnnxForm {
  readonly op?: string;
  readonly attributes?: Attributes;
  /** Axes, shapes and the like that ONNX takes as constant inputs; plain numbers become int64 vectors. */
  readonly extraInputs?: readonly (readonly number[] | Tensor)[];
}

/** How ONNX stores an attribute: `elementType` is a dtype, by its name; a boolean is an `int`. */
export type AttributeKind = "float" | "int" | "ints" | "string" | "elementType";

/** What a node of a file gives, in all the forms that ONNX has of an operator. */
export interface FileForm {
  /** How many of its first inputs the operator cannot do without, and how many it takes at most; all those given where that is `Infinity`. */
  readonly inputs: readonly [least: number, most: number];
  readonly shape: ShapeRule;
}

/** A row's part for nodes of files. Default: one input. */
export const inFiles = (shape: ShapeRule, least = 1, most = least): { readonly file: FileForm } => ({
  file: { inputs: [least, most], shape },
});

/** The same row for several operators, by their names. */
export const rows = (names: string, row: Operator): Readonly<Record<string, Operator>> =>
  Object.fromEntries(names.split(" ").map((name) => [name, row]));

/**
 * One row of the operator table: everything the library knows of an operator, be it for building graphs, for their gradients, for
 * writing them, or for reading those of others.
 */
export interface Operator {
  /** Dtypes and shapes of the outputs. Without it the operator is met in files only. */
  infer?(inputs: readonly Value[], attributes: Attributes): readonly ValueType[];
  /**
   * Emits the gradient of a scalar with respect to each input, given those with respect to the
   * outputs (undefined where the scalar does not depend on an output). `undefined` in the result:
   * no gradient flows to that input. An operator without a rule stops differentiation with an
   * error when something trainable lies behind it.
   */
  gradient?(node: Node, outputGradients: readonly (Value | undefined)[]): readonly (Value | undefined)[];
  /** Whether it treats every pixel alike, so that it may run in whatever layout its image is in. Default false. */
  readonly pixelwise?: boolean;
  /** How nodes of files are understood; without it graphs with the operator are not run. */
  readonly file?: FileForm;
  /** How ONNX stores each attribute of the written node. One that is not listed cannot be written. */
  readonly attributes?: Readonly<Record<string, AttributeKind>>;
  /** How the node is written in ONNX; by default under its own name with its own attributes. */
  onnx?(node: Node): OnnxForm;
}
