import { TrazoError } from "../errors.js";
import { type SharedWebAssemblyMemory, sharedMemory } from "./webassembly.js";

const page = 65536;
const alignment = 64;
/** What comes first belongs to the kernels that have data of their own. */
export const reservedBytes = page;
/** What 32-bit addresses reach. */
const mostPages = 65536;

/**
 * The memory of a plan: one range of addresses for weights, gradients, activations and scratch, that threads can share. It
 * grows when more is asked for; addresses and views stay valid.
 */
export class FlatMemory {
  readonly memory: SharedWebAssemblyMemory;
  readonly #buffers = new Set<ArrayBufferLike>();
  /** The memory's own buffer takes its engine some hundred nanoseconds to give. */
  #buffer: SharedArrayBuffer;
  #top = reservedBytes;

  /** @throws TrazoError when the system gives no address space */
  constructor() {
    try {
      this.memory = sharedMemory(reservedBytes / page, mostPages);
      this.#buffer = this.memory.buffer;
      this.#buffers.add(this.#buffer);
    } catch (cause) {
      throw new TrazoError(
        `The system could not provide address space for the plan's memory: ${(cause as Error).message}.`,
        { cause },
      );
    }
  }

  /** Where the free bytes begin: a multiple of 64. */
  get top(): number {
    return this.#top;
  }

  /**
   * Takes everything up to an address.
   *
   * @throws TrazoError when there is not that much
   */
  take(end: number): void {
    if (end <= this.#top) return;
    this.#reserve(end);
    this.#top = Math.ceil(end / alignment) * alignment;
  }

  /** Whether an array lies in this memory: its address is then its offset. */
  owns({ buffer }: ArrayBufferView): boolean {
    return this.#buffers.has(buffer);
  }

  /** As it is now: it is another one after growing, over the same bytes. */
  get buffer(): SharedArrayBuffer {
    return this.#buffer;
  }

  #reserve(bytes: number): void {
    const missing = Math.ceil(bytes / page) - this.#buffer.byteLength / page;
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
      this.#buffer = this.memory.buffer;
      this.#buffers.add(this.#buffer);
    } catch (cause) {
      throw new TrazoError(
        `The system could not provide ${bytes} bytes for the model's memory: ${(cause as Error).message}. A smaller model or batch needs less.`,
        { cause },
      );
    }
  }

  /** Copies the bytes of an array to an address. */
  write(at: number, { buffer, byteOffset, byteLength }: ArrayBufferView): void {
    new Uint8Array(this.buffer, at, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength));
  }

  float32(at: number, length: number): Float32Array {
    return new Float32Array(this.buffer, at, length);
  }
}
