import { InterpretedGraph } from "../interpreter/interpreter.js";
import type { FlatMemory } from "../kernels/flat-memory.js";
import { loadProducts, type Products } from "../kernels/products.js";
import type { Tensor } from "../tensor.js";
import type { Blas, Call, PreparedGraph } from "./program/blas.js";
import type { ProductShape } from "./program/program.js";

/**
 * Products in WebAssembly, and the rest in JavaScript: a plan runs with it wherever
 * JavaScript does.
 */
export class WasmBlas implements Blas {
  readonly #products: Products;
  readonly #scratch: number;

  /** Takes scratch memory from the memory for as long as that exists. */
  constructor(memory: FlatMemory) {
    this.#products = loadProducts(memory.memory);
    this.#scratch = memory.top;
    memory.take(this.#scratch + this.#products.scratchBytes);
  }

  product({ count, ...sizes }: ProductShape): (a: number, b: number, y: number) => Call {
    const product = this.#products.prepare({ ...sizes, count: Math.max(1, count) }, this.#scratch);
    return (a, b, y) => () => product(a, b, y);
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
