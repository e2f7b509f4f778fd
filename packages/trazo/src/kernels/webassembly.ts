/**
 * The part of the WebAssembly interface that the kernels need. TypeScript declares it only together with the browser's
 * DOM, which a library that also runs in Node should not require of whoever compiles against it.
 */
interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum: number }) => WebAssemblyMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WebAssemblyModule;
  readonly Instance: new (module: WebAssemblyModule, imports: Imports) => { readonly exports: object };
  instantiate(
    bytes: Uint8Array,
    imports: Imports,
  ): Promise<{ readonly instance: { readonly exports: object } }>;
}

interface Imports {
  readonly env: { readonly memory: WebAssemblyMemory };
}

/** A WebAssembly.Module: compiled, and not yet bound to a memory. */
export type WebAssemblyModule = object;

/** A WebAssembly.Memory. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface })
  .WebAssembly;
