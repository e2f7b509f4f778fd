import { InterpretedGraph } from "../interpreter/interpreter.js";
import { loadProducts, type Products } from "../kernels/products.js";
import type { SharedWebAssemblyMemory } from "../kernels/webassembly.js";
import type { Tensor } from "../tensor.js";
import type { Blas, PreparedGraph, PreparedProduct } from "./program/blas.js";
import type { ProductShape } from "./program/program.js";

/**
 * Products in WebAssembly, and the rest in JavaScript: a plan runs with it wherever
 * JavaScript does.
 */
export class WasmBlas implements Blas {
  readonly #products: Products;
  readonly #scratch: number;

  /**
   * @param scratch address of `productScratchBytes` of the memory, for this alone
   * @param options see `loadProducts`
   */
  constructor(
    memory: SharedWebAssemblyMemory,
    scratch: number,
    options: { readonly relaxed?: boolean } = {},
  ) {
    this.#products = loadProducts(memory, options);
    this.#scratch = scratch;
  }

  product({ count, ...sizes }: ProductShape): PreparedProduct {
    const product = this.#products.prepare({ ...sizes, count: Math.max(1, count) }, this.#scratch);
    return { bind: (a, b, y) => () => product(a, b, y), release: () => {} };
  }

  graph(model: Uint8Array): PreparedGraph {
    const graph = new InterpretedGraph(model);
    return {
      bind: (inputs, outputs) => () => {
        const results = graph.run(inputs);
        for (const [name, { data }] of Object.entries(outputs)) copy(results[name] as Tensor, data);
      },
      release: () => {},
    };
  }

  /** Nothing is held outside of the memory. */
  release(): void {}
}

const copy = ({ data }: Tensor, target: Tensor["data"]): void =>
  (target as Float32Array).set(data as Float32Array);
