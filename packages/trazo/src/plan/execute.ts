import { arrays, type Tensor } from "../tensor.js";
import type { Blas, Call, PreparedGraph } from "./program/blas.js";
import type {
  Argument,
  Count,
  GraphStep,
  GraphTensor,
  Phase,
  Place,
  ProductStep,
  Program,
  Step,
} from "./program/program.js";

/** Kernels by name. All take addresses and numbers. */
export type KernelTable = Readonly<Record<string, (...args: number[]) => void>>;

/** What a thread runs a program with. */
export interface Machine {
  /** The flat memory as it is now. */
  buffer(): ArrayBufferLike;
  readonly kernels: KernelTable;
  readonly blas: Blas;
  readonly thread: number;
  /** Waits for all threads; the first gets there as soon as the others have. Absent with one thread. */
  readonly meet?: () => void;
}

/** A program made ready for a number of samples. */
export interface Prepared {
  /** @param feeds what graphs read besides the flat memory */
  run(feeds: Readonly<Record<string, Tensor>>): void;
}

/** Samples from `from` on. */
interface Block {
  readonly from: number;
  readonly rows: number;
}

/** One thread's part in programs: keeps the graphs that it has prepared. */
export class Executor {
  readonly #machine: Machine;
  readonly #program: Program;
  readonly #graphs = new Map<GraphStep, PreparedGraph>();
  readonly #prepared = new Map<number, Prepared>();

  constructor(machine: Machine, program: Program) {
    this.#machine = machine;
    this.#program = program;
  }

  /** The program for so many samples, made ready when it is first asked for. */
  prepare(count: number): Prepared {
    const known = this.#prepared.get(count);
    if (known) return known;
    const made = this.#prepare(count);
    this.#prepared.set(count, made);
    return made;
  }

  release(): void {
    for (const graph of this.#graphs.values()) graph.release();
    this.#graphs.clear();
    this.#prepared.clear();
  }

  #prepare(count: number): Prepared {
    const stages = this.#program.phases.flatMap((phase) => this.#stages(phase, count));
    return {
      run(feeds) {
        for (const stage of stages) stage(feeds);
      },
    };
  }

  /** What this thread does of a phase, with a meeting of all threads after each part. */
  #stages(phase: Phase, count: number): ((feeds: Feeds) => void)[] {
    const { thread, meet } = this.#machine;
    const all: Block = { from: 0, rows: count };
    const isFirst = thread === 0;
    const first = isFirst ? phase.first.map((step) => this.#bind(step, all)) : [];
    const last = isFirst ? phase.last.map((step) => this.#bind(step, all)) : [];
    const own = [
      ...phase.each.map((step) => this.#bind(step, all)),
      ...this.#blocksOf(phase, count).flatMap((block) => phase.blocks.map((step) => this.#bind(step, block))),
    ];
    const barrier = meet ? [meet] : [];
    return [
      ...(phase.first.length > 0 ? [...first, ...barrier] : []),
      ...(phase.each.length + phase.blocks.length > 0 ? [...own, ...barrier] : []),
      ...(phase.last.length > 0 ? [...last, ...barrier] : []),
    ];
  }

  /** Blocks are dealt out in order, so that the sums of a thread do not depend on the others' speed. */
  #blocksOf({ rows }: Phase, count: number): Block[] {
    const { threads } = this.#program;
    const blocks = Math.ceil(count / rows);
    const start = Math.floor((blocks * this.#machine.thread) / threads);
    const end = Math.floor((blocks * (this.#machine.thread + 1)) / threads);
    return Array.from({ length: end - start }, (_, i) => {
      const from = (start + i) * rows;
      return { from, rows: Math.min(rows, count - from) };
    });
  }

  #bind(step: Step, block: Block): (feeds: Feeds) => void {
    if (step.kind === "kernel") return this.#kernel(step.name, step.args, block);
    if (step.kind === "product") return this.#product(step, block);
    return this.#graph(step, block);
  }

  #kernel(name: string, args: readonly Argument[], block: Block): Call {
    const call = this.#machine.kernels[name];
    if (!call) throw new Error(`There is no kernel "${name}".`);
    const numbers = args.map((arg) =>
      typeof arg !== "number" && "at" in arg ? this.#address(arg, block) : countIn(block, arg),
    );
    return () => call(...numbers);
  }

  #product(step: ProductStep, block: Block): Call {
    const { n, count, transposeA, transposeB, accumulate } = step;
    const [m, k] = [countIn(block, step.m), countIn(block, step.k)];
    const bind = this.#machine.blas.product({ m, n, k, count, transposeA, transposeB, accumulate });
    return bind(this.#address(step.a, block), this.#address(step.b, block), this.#address(step.y, block));
  }

  #graph(step: GraphStep, block: Block): (feeds: Feeds) => void {
    const graph = this.#graphs.get(step) ?? this.#machine.blas.graph(step.model);
    this.#graphs.set(step, graph);
    const inputs: Record<string, Tensor> = {};
    const fed: [name: string, source: string][] = [];
    for (const [name, source] of Object.entries(step.inputs)) {
      if (typeof source === "string") fed.push([name, source]);
      else inputs[name] = tensorAt(this.#machine.buffer(), source, block);
    }
    const outputs = Object.fromEntries(
      Object.entries(step.outputs).map(([name, tensor]) => [
        name,
        tensorAt(this.#machine.buffer(), tensor, block),
      ]),
    );
    let before: readonly Tensor[] = [];
    let call: Call | undefined;
    return (feeds) => {
      const given = fed.map(([, source]) => feeds[source] as Tensor);
      if (!call || !given.every((tensor, i) => sameMemory(tensor, before[i] as Tensor))) {
        for (const [i, [name]] of fed.entries()) inputs[name] = given[i] as Tensor;
        call = graph.bind(inputs, outputs);
        before = given;
      }
      call();
    };
  }

  #address({ at, perRow, perThread, mine }: Place, { from }: Block): number {
    const { thread } = this.#machine;
    const start = thread === 0 && mine !== undefined ? mine : at + thread * perThread;
    return start + from * perRow;
  }
}

type Feeds = Readonly<Record<string, Tensor>>;

const countIn = ({ rows }: { readonly rows: number }, count: Count): number =>
  typeof count === "number" ? count : count.perRow * rows + (count.plus ?? 0);

/** The tensor that lies at a place, sharing memory. */
export function tensorAt(
  buffer: ArrayBufferLike,
  { dtype, shape, place }: GraphTensor,
  block: { readonly rows: number },
): Tensor {
  const sizes = shape.map((count) => countIn(block, count));
  const length = sizes.reduce((product, size) => product * size, 1);
  return { dtype, shape: sizes, data: new arrays[dtype](buffer as ArrayBuffer, place.at, length) } as Tensor;
}

const sameMemory = (a: Tensor, b: Tensor | undefined): boolean =>
  b !== undefined &&
  a.dtype === b.dtype &&
  a.data.buffer === b.data.buffer &&
  a.data.byteOffset === b.data.byteOffset &&
  a.shape.length === b.shape.length &&
  a.shape.every((size, i) => size === b.shape[i]);
