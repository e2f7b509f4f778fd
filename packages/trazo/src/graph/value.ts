import type { DType } from "../tensor.js";
import type { Graph } from "./graph.js";

/** A dimension whose size is known only when the graph runs, times a constant: `4 * batch`. */
export interface SymbolicDim {
  readonly symbol: string;
  readonly factor: number;
}

export type Dim = number | SymbolicDim;
export type Shape = readonly Dim[];

/** An attribute of an operator, as ONNX knows them. */
export type Attribute = number | string | boolean | readonly number[];

/** One application of an operator. Nodes never change once made. */
export interface Node {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The block that it is part of, where what a block computes may be forgotten and computed again for the gradients. */
  readonly block?: number | undefined;
}

/** An immutable handle in a graph: what an operator takes and gives. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** The node that computes it; none for inputs and constants. */
  readonly producer: Node | undefined;
}
