import { FlatMemory, reservedBytes } from "../kernels/flat-memory.js";
import type { StreamTeam } from "../kernels/kernels.js";
import { compilePlanKernels, planKernels } from "../kernels/plan-kernels.js";
import type { PlanSupport } from "../runtime/runtime.js";
import { channelStatistics } from "./channel-statistics.js";
import type { Crew } from "./crew/crew.js";
import { bindShares } from "./crew/share.js";
import { Executor, type KernelTable } from "./execute.js";
import type { Blas } from "./program/blas.js";
import type { Program } from "./program/program.js";

/** A program made ready to run. */
export interface Runner {
  /** For so many samples. */
  run(rows: number): void | Promise<void>;
  release(): void;
}

/** Kernels that keep their own counts at the end of an array need no more. */
const leastScratch = 4096;
const alignment = 64;
/** With fewer samples for each, a step takes longer with several threads than with one. */
const leastRowsOfThread = 2;

/**
 * The memory of a model and what computes in it: weights lie there once for all programs, which take turns with the rest, the
 * arena.
 */
export class PlanHost {
  readonly memory = new FlatMemory();
  readonly support: PlanSupport;
  readonly #blas: Blas;
  readonly #kernels: KernelTable;
  readonly #crew: Crew | undefined;
  /** The memory's number with the crew. */
  readonly #id: number = 0;
  readonly #letGo: () => void;
  /** Free memory for what runs on the caller's thread. */
  readonly #scratch: number;
  /** What programs may use, from `base` to `end`. */
  #arena = { base: reservedBytes, end: reservedBytes };
  #turn: Promise<unknown> = Promise.resolve();

  constructor(support: PlanSupport) {
    this.support = support;
    const { memory } = this;
    const crew = support.crews?.acquire();
    const module = compilePlanKernels();
    const bytes = Math.ceil(Math.max(leastScratch, support.scratchBytes) / alignment) * alignment;
    const scratch = Array.from({ length: crew?.threads ?? 1 }, (_, thread) => memory.top + thread * bytes);
    memory.take(memory.top + scratch.length * bytes);
    this.#scratch = scratch[0] as number;
    const blas = support.blas(memory.memory, this.#scratch);
    this.#blas = blas;
    this.#kernels = {
      ...planKernels(module, memory.memory),
      ...channelStatistics(() => memory.buffer),
    };
    this.#crew = crew;
    if (crew) {
      this.#id = crew.newId();
      crew.announce({ kind: "memory", id: this.#id, memory: memory.memory, kernels: module, scratch });
    }
    this.#letGo = letGo(support, blas, crew, this.#id);
    abandoned.register(this, this.#letGo, this);
  }

  /** How many threads are to run a program for so many samples. */
  threadsFor(rows: number): number {
    if (!this.#crew) return 1;
    const { threads, isJoined } = this.#crew;
    return isJoined && rows < leastRowsOfThread * threads ? 1 : threads;
  }

  /** Threads that pass over arrays of this memory together; undefined where the caller does it alone. */
  get team(): StreamTeam | undefined {
    const crew = this.#crew;
    if (!crew?.isJoined || crew.threads === 1) return undefined;
    return {
      bind: (module) => {
        const id = crew.newId();
        crew.announce({ kind: "stream", id, memory: this.#id, module });
        const share = bindShares(module, this.memory.memory, this.#scratch, crew.threads);
        return (addresses, count, scalars) =>
          crew.runStream({ id, count, addresses, scalars }, () => share(0, count, addresses, scalars));
      },
    };
  }

  /** Does something with the arena when whatever was asked for before is done; the event loop has turned in between. */
  inTurn<T>(use: () => Promise<T>): Promise<T> {
    const used = this.#turn.then(() => Promise.all([this.#crew?.ready(), this.support.pause()])).then(use);
    this.#turn = used.catch(() => {});
    return used;
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

  runner(program: Program): Runner {
    const crew = this.#crew;
    if (!crew || (crew.isJoined && program.threads === 1)) return this.#alone(program);
    const id = crew.newId();
    crew.announce({
      kind: "program",
      id,
      memory: this.#id,
      program: crew.isJoined ? forOthers(program) : program,
    });
    const forget = () => crew.announce({ kind: "forget", what: "task", id });
    if (!crew.isJoined) return { run: (rows) => crew.runBeside({ id, count: rows }), release: forget };
    const executor = this.#executor(program, crew.meet);
    return {
      run: (rows) => crew.run({ id, count: rows }, () => executor.prepare(rows).run()),
      release() {
        executor.release();
        forget();
      },
    };
  }

  /** Frees what is held outside of the memory. */
  release(): void {
    abandoned.unregister(this);
    this.#letGo();
  }

  #alone(program: Program): Runner {
    const executor = this.#executor(program);
    return { run: (rows) => executor.prepare(rows).run(), release: () => executor.release() };
  }

  #executor(program: Program, meet?: () => void): Executor {
    const buffer = () => this.memory.buffer;
    const machine = { buffer, kernels: this.#kernels, blas: this.#blas, thread: 0, ...(meet && { meet }) };
    return new Executor(machine, program);
  }
}

/** Graphs are run by the first thread only. */
const forOthers = (program: Program): Program => ({
  ...program,
  phases: program.phases.map((phase) => ({
    ...phase,
    first: phase.first.map((step) => (step.kind === "graph" ? { ...step, model: new Uint8Array() } : step)),
  })),
});

function letGo(support: PlanSupport, blas: Blas, crew: Crew | undefined, id: number): () => void {
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    blas.release();
    crew?.announce({ kind: "forget", what: "memory", id });
    void support.crews?.release();
  };
}

/** Frees what belongs to models that were never disposed and can no longer be reached. */
const abandoned = new FinalizationRegistry<() => void>((release) => release());
