import { TrazoError } from "../errors.js";
import { workBytes } from "../kernels/plan-kernels.js";
import { type SharedWebAssemblyMemory, sharedMemory } from "../kernels/webassembly.js";

const page = 65536;
/** What comes first belongs to the kernels of the threads, of which there are 256 at most. */
export const reservedBytes = 10 * page;
/** What 32-bit addresses reach. */
const mostPages = 65536;

/**
 * The memory of a plan: one range of addresses for weights, gradients, activations and scratch, that threads can share. It
 * grows when more is asked for; addresses and views stay valid.
 */
export class FlatMemory {
  readonly memory: SharedWebAssemblyMemory;

  /** @throws TrazoError when the system gives no address space */
  constructor() {
    try {
      this.memory = sharedMemory(reservedBytes / page, mostPages);
    } catch (cause) {
      throw new TrazoError(
        `The system gave no address space for the plan's memory: ${(cause as Error).message}.`,
        { cause },
      );
    }
  }

  /** As it is now: it is another one after growing, over the same bytes. */
  get buffer(): SharedArrayBuffer {
    return this.memory.buffer;
  }

  /**
   * Grows the memory until it holds `bytes` bytes.
   *
   * @throws TrazoError when there is not that much
   */
  reserve(bytes: number): void {
    const missing = Math.ceil(bytes / page) - this.memory.buffer.byteLength / page;
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch (cause) {
      throw new TrazoError(
        `The system gave no ${bytes} bytes for the model's memory: ${(cause as Error).message}. A smaller model or batch needs less.`,
        { cause },
      );
    }
  }

  /** Where the kernels of a thread work. */
  static workOf(thread: number): number {
    return page + thread * workBytes;
  }

  float32(at: number, length: number): Float32Array {
    return new Float32Array(this.buffer, at, length);
  }
}
