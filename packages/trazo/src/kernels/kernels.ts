import { TrazoError } from "../errors.js";
import { decodeBase64 } from "./base64.js";
import { emitStream, type Stream } from "./emit/stream.js";
import type { FlatMemory } from "./flat-memory.js";
import { kernelModule } from "./generated/module.js";
import { sharedKernelModule } from "./generated/shared-module.js";
import { type WebAssemblyMemory, type WebAssemblyModule, webAssembly } from "./webassembly.js";

/** Offsets are multiples of this: a cache line, and enough for every vector instruction. */
const alignment = 64;
const pageBytes = 65536;
/** The module's own data lies in the first page, and at its end are 16 bytes for each array of a stream. */
const reservedBytes = pageBytes;
const scratchBytes = 4096;
const scratchAddress = reservedBytes - scratchBytes;
/** What 32-bit addresses reach. */
const largestCapacity = 65536 * pageBytes - reservedBytes;

/** What the module exports; see src/kernels/assembly for each. */
interface Exports {
  heapBase(): number;
  addPenaltyGradient(p: number, g: number, n: number, l1: number, l2: number): number;
  sumOfSquares(g: number, n: number): number;
  scale(g: number, n: number, factor: number): void;
  clamp(g: number, n: number, limit: number): void;
  dropoutMask(target: number, n: number, rate: number, seedLo: number, seedHi: number): void;
  normalNoise(target: number, n: number, seedLo: number, seedHi: number): void;
  uniformNoise(target: number, n: number, seedLo: number, seedHi: number): void;
}

/**
 * Fused loops over flat memory, in WebAssembly with 128-bit vectors. Offsets are bytes into `memory`, as `allocate` gives
 * them; lengths count float32 values. Everything happens in place.
 *
 * The memory never grows, so views stay valid for as long as the object lives.
 */
export class Kernels {
  readonly #team: StreamTeam | undefined;
  readonly memory: WebAssemblyMemory;
  /** Whether threads share the memory. */
  readonly shared: boolean;
  /** Bytes that `allocate` can give in all. */
  readonly capacity: number;
  readonly #exports: Exports;
  readonly #start: number;
  #used = 0;

  /** Use `createKernels`. */
  constructor(
    memory: WebAssemblyMemory,
    capacity: number,
    exports: object,
    start = reservedBytes,
    shared = false,
    team?: StreamTeam,
  ) {
    this.#team = team;
    this.memory = memory;
    this.#start = start;
    this.shared = shared;
    this.capacity = capacity;
    this.#exports = exports as Exports;
    if (this.#exports.heapBase() > scratchAddress) {
      throw new TrazoError("The kernel module's own data does not fit its page: rebuild it.");
    }
  }

  /**
   * Room for `bytes` bytes, zeroed, at an offset that is a multiple of 64. Nothing is ever freed.
   *
   * @throws TrazoError when the capacity is used up
   */
  allocate(bytes: number): number {
    if (!Number.isInteger(bytes) || bytes < 0) {
      throw new TrazoError(`allocate needs a non-negative integer of bytes, but got ${bytes}.`);
    }
    const rounded = roundUp(bytes, alignment);
    if (this.#used + rounded > this.capacity) {
      throw new TrazoError(
        `The kernel memory is full: ${bytes} bytes were asked for, but ${this.capacity - this.#used} of ` +
          `${this.capacity} are left. Create the kernels with a larger capacity.`,
      );
    }
    const offset = this.#start + this.#used;
    this.#used += rounded;
    return offset;
  }

  /** The values from `offset` on, sharing memory. */
  float32(offset: number, length: number): Float32Array<ArrayBuffer> {
    const end = offset + length * Float32Array.BYTES_PER_ELEMENT;
    const limit = this.#start + this.capacity;
    if (!(offset >= this.#start && length >= 0 && end <= limit)) {
      throw new TrazoError(
        `A view of ${length} values at byte ${offset} lies outside the kernel memory ` +
          `(bytes ${this.#start} to ${limit}).`,
      );
    }
    return new Float32Array(this.memory.buffer, offset, length);
  }

  /**
   * Binds a stream (see `compileStream`) to this memory.
   *
   * @returns a function that passes over `length` values at the given byte offsets, one offset per array, and returns the sum
   */
  bind(module: WebAssemblyModule): StreamKernel {
    const { exports } = new webAssembly.Instance(module, { env: { memory: this.memory } });
    const { run } = exports as { run(...numbers: number[]): number };
    const together = this.#team?.bind(module);
    return (offsets, length, scalars) => {
      if (together && length >= leastForTeam) return together(offsets, length, scalars);
      if (offsets.length * 16 > scratchBytes) {
        throw new TrazoError(
          `A stream takes at most ${scratchBytes / 16} arrays, but got ${offsets.length}.`,
        );
      }
      return run(...offsets, length, scratchAddress, ...scalars);
    };
  }

  /**
   * g += l1 * sign(p) + 2 * l2 * p, with sign(0) = 0.
   *
   * @returns the penalty l1 * sum|p| + l2 * sum p²
   */
  addPenaltyGradient(p: number, g: number, length: number, l1: number, l2: number): number {
    return this.#exports.addPenaltyGradient(p, g, length, l1, l2);
  }

  /** The sum of g², in float64; tiny values count as 0, as everywhere (see src/graph/subnormals.ts). */
  sumOfSquares(g: number, length: number): number {
    return this.#exports.sumOfSquares(g, length);
  }

  /** g *= factor; tiny values become 0. */
  scale(g: number, length: number, factor: number): void {
    this.#exports.scale(g, length, factor);
  }

  /** Limits g to [-limit, limit]; NaN stays NaN. */
  clamp(g: number, length: number, limit: number): void {
    this.#exports.clamp(g, length, limit);
  }

  /**
   * Fills `target` with values that are 0 with probability `rate`, else 1 / (1 - rate): a pure function of the 64-bit seed,
   * by Philox4x32-10 with 16 random bits a value, so the probability is `rate` to the nearest 2^-16.
   */
  dropoutMask(target: number, length: number, rate: number, seedLo: number, seedHi: number): void {
    if (!(rate >= 0 && rate <= 1)) throw new TrazoError(`A dropout rate lies in [0, 1], but got ${rate}.`);
    this.#exports.dropoutMask(target, length, rate, seedLo, seedHi);
  }

  /** Fills `target` with standard normals: a pure function of the 64-bit seed, by Philox4x32-10 and Box and Muller. */
  normalNoise(target: number, length: number, seedLo: number, seedHi: number): void {
    this.#exports.normalNoise(target, length, seedLo, seedHi);
  }

  /** Fills `target` with values uniform on [0, 1), multiples of 2^-24: a pure function of the 64-bit seed, by Philox4x32-10. */
  uniformNoise(target: number, length: number, seedLo: number, seedHi: number): void {
    this.#exports.uniformNoise(target, length, seedLo, seedHi);
  }
}

/** Threads that pass over arrays together, each over a part of them. */
export interface StreamTeam {
  /** Binds a stream to the memory that they share. */
  bind(module: WebAssemblyModule): StreamKernel;
}

/** With fewer values, waking others takes longer than the work. */
const leastForTeam = 2 ** 15;

/** A stream bound to a memory. */
export type StreamKernel = (offsets: readonly number[], length: number, scalars: readonly number[]) => number;

/**
 * Compiles a stream. A few hundred bytes, so that even a browser's main thread does it at once.
 *
 * @param shared whether it is for a memory that threads share
 */
export const compileStream = (stream: Stream, shared = false): WebAssemblyModule =>
  new webAssembly.Module(emitStream(stream, shared));

/**
 * Loads the kernel module over a memory from which `byteCapacity` bytes can be allocated (each piece is rounded up to 64).
 *
 * @param within a memory to take them from, instead of one of its own
 * @param team threads that share this memory
 * @throws TrazoError when that is more than 32-bit addresses reach, or than the system gives
 */
export async function createKernels(
  byteCapacity: number,
  within?: FlatMemory,
  team?: StreamTeam,
): Promise<Kernels> {
  if (!Number.isInteger(byteCapacity) || byteCapacity < 0 || byteCapacity > largestCapacity) {
    throw new TrazoError(
      `The kernels' capacity must be an integer of bytes from 0 to ${largestCapacity}, but is ${byteCapacity}.`,
    );
  }
  if (within) {
    const start = within.top;
    within.take(start + byteCapacity);
    const memory = within.memory as unknown as WebAssemblyMemory;
    return new Kernels(memory, byteCapacity, await load(sharedKernelModule, memory), start, true, team);
  }
  const memory = makeMemory((reservedBytes + roundUp(byteCapacity, pageBytes)) / pageBytes);
  return new Kernels(memory, byteCapacity, await load(kernelModule, memory));
}

const load = async (module: string, memory: WebAssemblyMemory): Promise<object> =>
  (await webAssembly.instantiate(decodeBase64(module), { env: { memory } })).instance.exports;

function makeMemory(pages: number): WebAssemblyMemory {
  try {
    // The maximum forbids growing, which would detach every view.
    return new webAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new TrazoError(
      `The system could not provide ${pages * pageBytes} bytes for the kernels' memory: ${(cause as Error).message}. ` +
        "A smaller model or batch needs less.",
      { cause },
    );
  }
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
