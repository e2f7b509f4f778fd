import type { ProductKind } from "../../onnx/product-model.js";
import type { Blas, Call, PreparedGraph, PreparedProduct } from "../../plan/program/blas.js";
import type { ProductShape } from "../../plan/program/program.js";
import type { Tensor } from "../../tensor.js";
import { sessionConfig } from "./library.js";
import type { OrtApi } from "./ort-api.js";
import type { Pointer } from "./ort-functions.js";

/** The ONNX model of a kind of product. */
export type ModelOfProduct = (kind: ProductKind) => Uint8Array;

/** Products and graphs by ONNX Runtime, on the thread that asks for them, over one memory, whose address it is told once for each product. */
export class OrtBlas implements Blas {
  readonly #api: OrtApi;
  readonly #modelOf: ModelOfProduct;
  readonly #buffer: () => ArrayBufferLike;
  readonly #sessions = new Map<string, Pointer>();
  /** Graphs and products that were not released yet. */
  readonly #prepared = new Set<{ release(): void }>();

  constructor(api: OrtApi, buffer: () => ArrayBufferLike, modelOf: ModelOfProduct) {
    this.#api = api;
    this.#buffer = buffer;
    this.#modelOf = modelOf;
  }

  product(shape: ProductShape): PreparedProduct {
    const { m, n, k, count, transposeA, transposeB, accumulate } = shape;
    const session = this.#session({ stacked: count > 0, transposeA, transposeB, accumulate });
    const stack = count > 0 ? [count] : [];
    const tensor = (at: number, rows: number, columns: number): Tensor => ({
      dtype: "float32",
      shape: [...stack, rows, columns],
      data: new Float32Array(this.#buffer() as ArrayBuffer, at, Math.max(1, count) * rows * columns),
    });
    const bindings: Pointer[] = [];
    const bind = (a: number, b: number, y: number): Call => {
      const binding = this.#api.createBinding(session);
      bindings.push(binding);
      const product = tensor(y, m, n);
      this.#api.bindInput(binding, "a", transposeA ? tensor(a, k, m) : tensor(a, m, k));
      this.#api.bindInput(binding, "b", transposeB ? tensor(b, n, k) : tensor(b, k, n));
      if (accumulate) this.#api.bindInput(binding, "c", product);
      this.#api.bindOutput(binding, "y", product);
      return () => this.#api.run(session, binding);
    };
    const release = (): void => {
      for (const binding of bindings.splice(0)) this.#api.releaseBinding(binding);
      this.#prepared.delete(prepared);
    };
    const prepared = { bind, release };
    this.#prepared.add(prepared);
    return prepared;
  }

  graph(model: Uint8Array): PreparedGraph {
    const graph = new OrtGraph(this.#api, this.#create(model), () => this.#prepared.delete(graph));
    this.#prepared.add(graph);
    return graph;
  }

  release(): void {
    for (const one of this.#prepared) one.release();
    for (const session of this.#sessions.values()) this.#api.releaseSession(session);
    this.#sessions.clear();
  }

  #session(kind: ProductKind): Pointer {
    const key = JSON.stringify(kind);
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const session = this.#create(this.#modelOf(kind));
    this.#sessions.set(key, session);
    return session;
  }

  #create(model: Uint8Array): Pointer {
    return this.#api.createSession(model, { threads: 1, config: sessionConfig });
  }
}

class OrtGraph implements PreparedGraph {
  readonly #api: OrtApi;
  readonly #session: Pointer;
  readonly #bindings: Pointer[] = [];
  readonly #forget: () => void;
  /** The graph's own: it takes in fewer inputs than a part of the model has where some are only asked for their shape. */
  readonly #inputs: readonly string[];

  constructor(api: OrtApi, session: Pointer, forget: () => void) {
    this.#api = api;
    this.#session = session;
    this.#inputs = api.inputNames(session);
    this.#forget = forget;
  }

  bind(inputs: Readonly<Record<string, Tensor>>, outputs: Readonly<Record<string, Tensor>>): Call {
    const binding = this.#api.createBinding(this.#session);
    this.#bindings.push(binding);
    for (const name of this.#inputs) this.#api.bindInput(binding, name, inputs[name] as Tensor);
    for (const [name, tensor] of Object.entries(outputs)) this.#api.bindOutput(binding, name, tensor);
    return () => this.#api.run(this.#session, binding);
  }

  release(): void {
    for (const binding of this.#bindings.splice(0)) this.#api.releaseBinding(binding);
    this.#api.releaseSession(this.#session);
    this.#forget();
  }
}
