import type { Stream } from "../kernels/emit/stream.js";
import { compileStream, type Kernels, type StreamKernel } from "../kernels/kernels.js";
import type { WebAssemblyModule } from "../kernels/webassembly.js";

/** Streams by name, each compiled when it is first used and bound once to each memory. */
export class BoundStreams {
  readonly #modules = new Map<string, WebAssemblyModule>();
  readonly #bound = new WeakMap<Kernels, Map<string, StreamKernel>>();

  get(kernels: Kernels, name: string, make: () => Stream): StreamKernel {
    const bound = this.#bound.get(kernels) ?? new Map<string, StreamKernel>();
    const known = bound.get(name);
    if (known) return known;
    const made = kernels.bind(this.module(name, kernels.shared, make));
    this.#bound.set(kernels, bound.set(name, made));
    return made;
  }

  /** @param shared whether it is for a memory that threads share */
  module(name: string, shared: boolean, make: () => Stream): WebAssemblyModule {
    const key = `${name} ${shared}`;
    const module = this.#modules.get(key) ?? compileStream(make(), shared);
    this.#modules.set(key, module);
    return module;
  }
}
