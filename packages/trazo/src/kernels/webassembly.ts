/**
 * The part of the WebAssembly interface that the kernels need. TypeScript declares it only together with the browser's
 * DOM, which a library that also runs in Node should not require of whoever compiles against it.
 */
interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum: number }) => WebAssemblyMemory;
  instantiate(
    bytes: Uint8Array,
    imports: { readonly env: { readonly memory: WebAssemblyMemory } },
  ): Promise<{ readonly instance: { readonly exports: object } }>;
}

/** A WebAssembly.Memory. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface })
  .WebAssembly;
