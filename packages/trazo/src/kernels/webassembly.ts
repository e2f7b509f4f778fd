/**
 * The part of the WebAssembly interface that the kernels need. TypeScript declares it only together with the browser's
 * DOM, which a library that also runs in Node should not require of whoever compiles against it.
 */
interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum: number }) => WebAssemblyMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WebAssemblyModule;
  readonly Instance: new (module: WebAssemblyModule, imports: Imports) => { readonly exports: object };
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  instantiate(
    bytes: Uint8Array,
    imports: Imports,
  ): Promise<{ readonly instance: { readonly exports: object } }>;
}

interface Imports {
  readonly env: { readonly memory: WebAssemblyMemory | SharedWebAssemblyMemory };
}

/** A WebAssembly.Module: compiled, and not yet bound to a memory. */
export type WebAssemblyModule = object;

/** A WebAssembly.Memory. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
}

/** A memory that threads share. It can grow; what it was before stays valid. */
export interface SharedWebAssemblyMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface })
  .WebAssembly;

/** @throws RangeError when the system gives no room for the maximum */
export const sharedMemory = (initial: number, maximum: number): SharedWebAssemblyMemory =>
  new (webAssembly.Memory as unknown as new (limits: object) => SharedWebAssemblyMemory)({
    initial,
    maximum,
    shared: true,
  });

/**
 * A memory that came from another thread, as long as it is by now. In V8 one that grows while it is on its way keeps its former length for
 * whoever receives it, until it grows again; by nothing is enough.
 */
export function receivedMemory(memory: SharedWebAssemblyMemory): SharedWebAssemblyMemory {
  memory.grow(0);
  return memory;
}
