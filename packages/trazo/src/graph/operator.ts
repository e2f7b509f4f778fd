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

/** One row of the operator table: everything the library knows of an operator. */
export interface Operator {
  /** Dtypes and shapes of the outputs. */
  infer(inputs: readonly Value[], attributes: Attributes): readonly ValueType[];
  /**
   * Emits the gradient of a scalar with respect to each input, given those with respect to the
   * outputs (undefined where the scalar does not depend on an output). `undefined` in the result:
   * no gradient flows to that input. An operator without a rule stops differentiation with an
   * error when something trainable lies behind it.
   */
  gradient?(node: Node, outputGradients: readonly (Value | undefined)[]): readonly (Value | undefined)[];
  /** How ONNX stores each attribute of the written node. One that is not listed cannot be written. */
  readonly attributes?: Readonly<Record<string, AttributeKind>>;
  /** How the node is written in ONNX; by default under its own name with its own attributes. */
  onnx?(node: Node): OnnxForm;
}
