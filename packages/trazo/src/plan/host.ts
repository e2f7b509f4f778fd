import { FlatMemory, reservedBytes } from "../kernels/flat-memory.js";
import { compilePlanKernels, planKernels } from "../kernels/plan-kernels.js";
import type { PlanSupport } from "../runtime/runtime.js";
import { channelStatistics } from "./channel-statistics.js";
import { Executor, type KernelTable } from "./execute.js";
import type { Blas } from "./program/blas.js";
import type { Program } from "./program/program.js";

/**
 * The memory of a model and what computes in it: weights lie there once for all programs, which take turns with the rest, the
 * arena.
 */
export class PlanHost {
  readonly memory = new FlatMemory();
  readonly support: PlanSupport;
  readonly #blas: Blas;
  readonly #kernels: KernelTable;
  /** What programs may use, from `base` to `end`. */
  #arena = { base: reservedBytes, end: reservedBytes };

  constructor(support: PlanSupport) {
    this.support = support;
    const buffer = () => this.memory.buffer;
    this.#blas = support.blas(this.memory);
    this.#kernels = {
      ...planKernels(compilePlanKernels(), this.memory.memory),
      ...channelStatistics(buffer),
    };
  }

  /**
   * Makes a program and room for it.
   *
   * @param make compiles it for a memory that begins at an address
   * @throws TrazoError when there is not that much memory
   */
  compile(make: (base: number) => Program): Program {
    const { memory } = this;
    if (this.#arena.end !== memory.top) this.#arena = { base: memory.top, end: memory.top };
    const program = make(this.#arena.base);
    memory.take(program.end);
    this.#arena.end = memory.top;
    return program;
  }

  executor(program: Program): Executor {
    const { memory } = this;
    const machine = { buffer: () => memory.buffer, kernels: this.#kernels, blas: this.#blas, thread: 0 };
    return new Executor(machine, program);
  }

  release(): void {
    this.#blas.release();
  }
}
