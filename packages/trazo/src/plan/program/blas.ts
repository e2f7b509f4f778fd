import type { Tensor } from "../../tensor.js";
import type { ProductShape } from "./program.js";

/** Something made ready: call it, and it is done. */
export type Call = () => void;

/** Kernels by name. All take addresses and numbers. */
export type KernelTable = Readonly<Record<string, (...args: number[]) => void>>;

/** Passes over `count` elements of the arrays at some addresses, and gives what it sums up. */
export type StreamPass = (addresses: readonly number[], count: number, scalars: readonly number[]) => number;

/** A graph made ready to run over given memory. */
export interface PreparedGraph {
  /** @param tensors by the graph's names; their memory is read and written in place */
  bind(inputs: Readonly<Record<string, Tensor>>, outputs: Readonly<Record<string, Tensor>>): Call;
  release(): void;
}

/** A product of one shape. */
export interface PreparedProduct {
  /** Takes the addresses of its matrices. */
  bind(a: number, b: number, y: number): Call;
  /** Its calls cannot be used any more. */
  release(): void;
}

/**
 * What a plan leaves to others: matrix products, and the parts of a model that have no operator in the plan. Everything is
 * float32 and row-major; addresses are bytes in the flat memory that it was made for.
 */
export interface Blas {
  product(shape: ProductShape): PreparedProduct;
  graph(model: Uint8Array): PreparedGraph;
  release(): void;
}
