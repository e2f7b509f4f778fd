import { planKernels } from "../kernels/plan-kernels.js";
import { receivedMemory, type SharedWebAssemblyMemory } from "../kernels/webassembly.js";
import { channelStatistics } from "./channel-statistics.js";
import { Control, OtherThreadFailed } from "./crew/control.js";
import { bindShares, kernelBinder, streamBinder } from "./crew/share.js";
import type { Letter, Note } from "./crew/thread.js";
import { Executor, type Machine } from "./execute.js";
import type { Blas, KernelTable } from "./program/blas.js";
import { momentOf } from "./program/moment.js";

/** How a thread and its caller talk, as the platform has it. */
export interface Port {
  receive(handle: (letter: Letter) => void): void;
  post(note: Note): void;
  /** No letters will be received any more. */
  close(): void;
}

/** Products over a memory; `scratch` is memory of the thread's own, as large as the runtime says. */
export type MakeBlas = (memory: SharedWebAssemblyMemory, scratch: number) => Blas;

/** What a thread has of its crew's memory. */
interface Attached {
  readonly memory: SharedWebAssemblyMemory;
  readonly kernels: KernelTable;
  readonly kernelsOf: Machine["kernelsOf"];
  readonly blas: Blas;
  readonly streams: Machine["streams"];
  readonly scratch: number;
}

/** Something that a run can ask a thread for its part in. */
interface Work {
  run(count: number, addresses: readonly number[], scalars: readonly number[]): void;
  release(): void;
}

/** What a thread of a crew does, all its life: it takes letters, and between them it sleeps or does its part in runs. */
export function serve(port: Port, blasOf: MakeBlas): void {
  let member: Member | undefined;
  port.receive((letter) => {
    if (letter.kind === "start") {
      member = new Member(letter, port, blasOf);
      port.post({ kind: "ready" });
    } else {
      member?.take(letter);
    }
    // The event loop has to turn for the next letter; until then the thread belongs to the runs.
    member?.work();
  });
}

class Member {
  readonly #control: Control;
  readonly #settings: Extract<Letter, { kind: "start" }>;
  readonly #port: Port;
  readonly #blasOf: MakeBlas;
  #attached: Attached | undefined;
  readonly #works = new Map<number, Work>();
  #letters = 0;
  #runs = 0;
  #hasEnded = false;
  /** Why what was sent could not be used: the next run says so. */
  #failure: string | undefined;

  constructor(settings: Extract<Letter, { kind: "start" }>, port: Port, blasOf: MakeBlas) {
    this.#settings = settings;
    this.#control = new Control(settings.threads, settings.control);
    this.#port = port;
    this.#blasOf = blasOf;
  }

  take(letter: Letter): void {
    this.#letters++;
    try {
      this.#take(letter);
    } catch (error) {
      this.#failure ??= (error as Error).message;
    }
  }

  /** Does what runs ask for until a letter waits. */
  work(): void {
    while (!this.#hasEnded) {
      // Read before the letters: what a run needs was sent before it began.
      const { runs } = this.#control;
      if (this.#letters !== this.#control.letters) return;
      if (this.#runs === runs) {
        this.#control.rest(this.#letters, this.#runs);
        continue;
      }
      this.#runs++;
      this.#run();
      this.#control.end();
      if (!this.#settings.isJoined) this.#port.post({ kind: "done" });
    }
  }

  #run(): void {
    try {
      if (this.#failure !== undefined) throw new Error(this.#failure);
      const { id, count, addresses, scalars } = this.#control.command;
      const work = this.#works.get(id);
      if (!work) throw new Error(`A thread was asked for work ${id}, which it does not know.`);
      work.run(count, addresses, scalars);
    } catch (error) {
      if (!(error instanceof OtherThreadFailed)) {
        this.#control.fail(this.#settings.thread, (error as Error).message);
      }
    }
  }

  #take(letter: Letter): void {
    if (letter.kind === "memory") {
      const memory = receivedMemory(letter.memory);
      const { kernels } = letter;
      const scratch = letter.scratch[this.#settings.thread] as number;
      this.#attached = {
        memory,
        kernels: { ...planKernels(kernels, memory), ...channelStatistics(() => memory.buffer) },
        kernelsOf: kernelBinder(memory),
        blas: this.#blasOf(memory, scratch),
        streams: streamBinder(memory, scratch),
        scratch,
      };
    } else if (letter.kind === "program") {
      this.#works.set(letter.id, this.#program(letter));
    } else if (letter.kind === "stream") {
      this.#works.set(letter.id, this.#stream(letter));
    } else if (letter.kind === "forget") {
      this.#works.get(letter.id)?.release();
      this.#works.delete(letter.id);
    } else if (letter.kind === "end") {
      this.#attached?.blas.release();
      this.#hasEnded = true;
      this.#port.close();
    }
  }

  #program({ program }: Extract<Letter, { kind: "program" }>): Work {
    const { memory, kernels, kernelsOf, blas, streams } = this.#requireMemory();
    const { thread } = this.#settings;
    // Small programs are the first thread's alone.
    if (thread >= program.threads) return { run: () => {}, release: () => {} };
    const beat = () => this.#control.beat(thread);
    const machine = {
      buffer: () => memory.buffer,
      kernels,
      kernelsOf,
      blas,
      streams,
      thread,
      beat,
      ...(program.threads > 1 && { others: this.#control }),
    };
    const executor = new Executor(machine, program);
    return {
      run: (count, _, scalars) => executor.prepare(count).run(momentOf(scalars)),
      release: () => executor.release(),
    };
  }

  #stream({ module }: Extract<Letter, { kind: "stream" }>): Work {
    const { memory, scratch } = this.#requireMemory();
    const { thread, threads } = this.#settings;
    const share = bindShares(module, memory, scratch, threads);
    return {
      run: (count, addresses, scalars) => {
        this.#control.giveSum(thread, share(thread, count, addresses, scalars));
        this.#control.meet();
      },
      release: () => {},
    };
  }

  #requireMemory(): Attached {
    if (this.#attached) return this.#attached;
    throw new Error("A thread was sent work before the memory that it is over.");
  }
}
