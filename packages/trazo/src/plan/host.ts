import { compiledPlanKernels } from "../kernels/compiled-plan-kernels.js";
import { FlatMemory, reservedBytes } from "../kernels/flat-memory.js";
import type { StreamKernel, StreamTeam } from "../kernels/kernels.js";
import { planKernels } from "../kernels/plan-kernels.js";
import type { WebAssemblyModule } from "../kernels/webassembly.js";
import type { PlanSupport } from "../runtime/runtime.js";
import { channelStatistics } from "./channel-statistics.js";
import type { Work } from "./compile.js";
import type { Command } from "./crew/control.js";
import { Crew, type CrewSettings } from "./crew/crew.js";
import { bindShares, kernelBinder, streamBinder } from "./crew/share.js";
import { Executor, type Machine, type Others } from "./execute.js";
import type { Blas, KernelTable } from "./program/blas.js";
import { type Moment, momentNumbers } from "./program/moment.js";
import type { Program } from "./program/program.js";

/** A program made ready to run. */
export interface Runner {
  /** The number of samples that it is for. */
  run(rows: number, moment: Moment): void | Promise<void>;
  release(): void;
}

/** Kernels that keep their own counts at the end of an array need no more. */
const leastScratch = 4096;
const alignment = 64;
/** With fewer samples for each, a step takes longer with several threads than with one, */
const leastRowsOfThread = 2;
/** unless they have so many weights to divide among themselves. */
const leastWeights = 2 ** 19;

/** With fewer multiplications waking the others takes longer than the work. */
const leastMultiplications = 2 ** 20;
/** With fewer values likewise. */
const leastValues = 2 ** 16;

/**
 * The memory of a model and what computes in it: weights lie there once for all programs, which take turns with the rest, the
 * arena. Threads other than the caller's are started when a program has work for them.
 */
export class PlanHost {
  readonly memory = new FlatMemory();
  readonly support: PlanSupport;
  readonly #blas: Blas;
  readonly #kernels: KernelTable;
  readonly #kernelsOf: Machine["kernelsOf"];
  /** Free memory for the products of each thread. */
  readonly #scratch: readonly number[];
  readonly #streams: Machine["streams"];
  readonly #held: Held;
  /** What programs may use, from `base` to `end`. */
  #arena = { base: reservedBytes, end: reservedBytes };
  #turn: Promise<unknown> = Promise.resolve();

  constructor(support: PlanSupport) {
    this.support = support;
    const { memory } = this;
    const bytes = Math.ceil(Math.max(leastScratch, support.scratchBytes) / alignment) * alignment;
    const threads = support.crew?.threads ?? 1;
    this.#scratch = Array.from({ length: threads }, (_, thread) => memory.top + thread * bytes);
    memory.take(memory.top + threads * bytes);
    this.#blas = support.blas(memory.memory, this.#scratch[0] as number);
    this.#kernels = {
      ...planKernels(compiledPlanKernels, memory.memory),
      ...channelStatistics(() => memory.buffer),
    };
    this.#kernelsOf = kernelBinder(memory.memory);
    this.#streams = streamBinder(memory.memory, this.#scratch[0] as number);
    this.#held = { blas: this.#blas, crew: undefined };
    abandoned.register(this, this.#held);
  }

  /**
   * How many threads are to run a program for `rows` samples and so much work. Sums are split among as many, so that it must not matter
   * whether the caller is one of them.
   */
  threadsFor(rows: number, { multiplications, weights }: Work): number {
    const { threads = 1 } = this.support.crew ?? {};
    const canDivide = rows >= leastRowsOfThread * threads || weights >= leastWeights;
    return canDivide && multiplications >= leastMultiplications ? threads : 1;
  }

  /** Threads that pass over arrays of this memory together; undefined where there are too few values, or where the caller does it alone. */
  teamFor(values: number): StreamTeam | undefined {
    const { isJoined = false, threads = 1 } = this.support.crew ?? {};
    if (!isJoined || threads === 1 || values < leastValues) return undefined;
    this.#crew();
    return { bind: (module) => this.#bindShares(module, threads) };
  }

  /** Settles when all threads that were started are there. */
  async ready(): Promise<void> {
    await this.#held.crew?.ready();
  }

  /** Does something with the arena when whatever was asked for before is done; the event loop turns from one use to the next. */
  inTurn<T>(use: () => Promise<T>): Promise<T> {
    // It turns anyway while the caller awaits threads beside it.
    const isBeside = this.support.crew?.isJoined === false;
    const used = this.#turn
      .then(() => Promise.all([this.ready(), isBeside ? undefined : this.support.pause()]))
      .then(use);
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
    const settings = this.support.crew;
    if (!settings || (settings.isJoined && program.threads === 1)) return this.#alone(program);
    const crew = this.#crew();
    const id = crew.newId();
    crew.announce({
      kind: "program",
      id,
      program: crew.isJoined ? forOthers(program) : program,
    });
    const forget = () => crew.announce({ kind: "forget", id });
    const command = (rows: number, moment: Moment): Command => ({
      id,
      count: rows,
      scalars: momentNumbers(moment),
    });
    if (!crew.isJoined) {
      return { run: (rows, moment) => crew.runBeside(command(rows, moment)), release: forget };
    }
    const executor = this.#executor(program, crew);
    return {
      run: (rows, moment) => crew.run(command(rows, moment), () => executor.prepare(rows).run(moment)),
      release() {
        executor.release();
        forget();
      },
    };
  }

  /** Frees what is held outside of the memory. It can be used again: what it then holds is freed likewise, or when it is abandoned. */
  release(): void {
    letGo(this.#held);
  }

  /** The threads, which learn of this memory when they are first wanted. */
  #crew(): Crew {
    const held = this.#held;
    if (!held.crew) {
      const crew = new Crew(this.support.crew as CrewSettings);
      held.crew = crew;
      const { memory } = this.memory;
      crew.announce({ kind: "memory", memory, kernels: compiledPlanKernels, scratch: this.#scratch });
    }
    return held.crew;
  }

  /**
   * A stream of which every thread does its share. Crews come and go with the model's use; without one whose threads are there the
   * caller does all shares.
   */
  #bindShares(module: WebAssemblyModule, threads: number): StreamKernel {
    const share = bindShares(module, this.memory.memory, this.#scratch[0] as number, threads);
    const known = new WeakMap<Crew, number>();
    return (addresses, count, scalars) => {
      const { crew } = this.#held;
      if (!crew?.isReady) {
        const shares = Array.from({ length: threads }, (_, thread) =>
          share(thread, count, addresses, scalars),
        );
        return shares.reduce((sum, one) => sum + one, 0);
      }
      const id = known.get(crew) ?? crew.newId();
      if (!known.has(crew)) crew.announce({ kind: "stream", id, module });
      known.set(crew, id);
      return crew.runStream({ id, count, addresses, scalars }, () => share(0, count, addresses, scalars));
    };
  }

  #alone(program: Program): Runner {
    const executor = this.#executor(program);
    return {
      run: (rows, moment) => executor.prepare(rows).run(moment),
      release: () => executor.release(),
    };
  }

  #executor(program: Program, others?: Others): Executor {
    const buffer = () => this.memory.buffer;
    const machine = {
      kernels: this.#kernels,
      kernelsOf: this.#kernelsOf,
      blas: this.#blas,
      streams: this.#streams,
    };
    return new Executor({ buffer, ...machine, thread: 0, ...(others && { others }) }, program);
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

/** What a host holds outside of its memory. */
interface Held {
  readonly blas: Blas;
  crew: Crew | undefined;
}

function letGo(held: Held): void {
  held.blas.release();
  void held.crew?.end();
  held.crew = undefined;
}

/** Frees what belongs to models that were never disposed and can no longer be reached. */
const abandoned = new FinalizationRegistry<Held>(letGo);
