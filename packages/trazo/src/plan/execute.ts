import type { WebAssemblyModule } from "../kernels/webassembly.js";
import type { Tensor } from "../tensor.js";
import { arrays } from "../typed-arrays.js";
import type { Blas, Call, KernelTable, PreparedGraph, PreparedProduct, StreamPass } from "./program/blas.js";
import { type Moment, plainMoment } from "./program/moment.js";
import type {
  Count,
  GraphStep,
  GraphTensor,
  KernelStep,
  Phase,
  Place,
  ProductStep,
  Program,
  Step,
  StreamStep,
} from "./program/program.js";
import { shareOf, stepsAt } from "./program/steps.js";

/** What a thread runs a program with. */
export interface Machine {
  /** The flat memory as it is now. */
  buffer(): ArrayBufferLike;
  readonly kernels: KernelTable;
  readonly blas: Blas;
  /** The kernels of a module other than the one that all programs have. */
  readonly kernelsOf: (module: WebAssemblyModule) => KernelTable;
  /** Binds the module of a stream to the memory. */
  readonly streams: (module: WebAssemblyModule) => StreamPass;
  readonly thread: number;
  /** Where there are other threads. */
  readonly others?: Others;
  /** Told with each step: who waits for this thread sees that it is not dead. */
  readonly beat?: () => void;
}

/** What a thread needs of the others that go through the same program. */
export interface Others {
  /** Waits for all threads; the first gets there as soon as the others have. */
  meet(): void;
  /**
   * Takes the next of a thread's parts.
   *
   * @returns how many of them were taken since the threads last met
   */
  take(thread: number): number;
}

/** A program made ready for a number of samples. */
export interface Prepared {
  run(moment?: Moment): void;
}

/** Samples from `from` on, of a part. */
interface Block {
  readonly from: number;
  readonly rows: number;
  readonly part: Part;
}

/** One of so many. */
interface Part {
  readonly index: number;
  readonly of: number;
}

/** One thread's part in programs: keeps the graphs that it has prepared. */
export class Executor {
  readonly #machine: Machine;
  readonly #program: Program;
  readonly #graphs = new Map<GraphStep, PreparedGraph>();
  readonly #products: PreparedProduct[] = [];
  readonly #prepared = new Map<number, Prepared>();
  /** Of the run at hand. */
  #scalars: readonly number[] = [];

  constructor(machine: Machine, program: Program) {
    this.#machine = machine;
    this.#program = program;
  }

  /** The program for a number of samples, made ready when it is first asked for. */
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
    for (const product of this.#products.splice(0)) product.release();
    this.#prepared.clear();
  }

  #prepare(count: number): Prepared {
    const { beat = () => {}, buffer } = this.#machine;
    const { phases, updating } = this.#program;
    const checked = updating?.phases ?? phases.length;
    const stagesOf = (some: readonly Phase[]): Call[] => some.flatMap((phase) => this.#stages(phase, count));
    const [first, rest] = [stagesOf(phases.slice(0, checked)), stagesOf(phases.slice(checked))];
    const loss = updating && new Float32Array(buffer() as ArrayBuffer, updating.loss.at, 1);
    const sums = updating
      ? this.#own(this.#program.parts).map((part) => this.#sumAt(updating.sum, part))
      : [];
    const all = (stages: readonly Call[]): void => {
      for (const stage of stages) {
        stage();
        beat();
      }
    };
    return {
      run: ({ requiresFinite, scalars } = plainMoment) => {
        this.#scalars = scalars;
        for (const sum of sums) sum.fill(0);
        all(first);
        // All threads read the same loss after the same meeting.
        if (requiresFinite && loss && !Number.isFinite(loss[0])) return;
        all(rest);
      },
    };
  }

  /** What this thread does of a phase, with a meeting of all threads after each piece. */
  #stages(phase: Phase, count: number): Call[] {
    const { first, prepare, each, begin, blocks, shared, last, end } = phase;
    const all = { from: 0, rows: count };
    const bound = (steps: readonly Step[], part: Part): Call[] =>
      steps.map((step) => this.#bind(step, { ...all, part }));
    const everyThread = (steps: readonly Step[]): Call[] => bound(steps, { index: 0, of: 1 });
    const alone = (steps: readonly Step[]): Call[] => (this.#machine.thread === 0 ? everyThread(steps) : []);
    const shares = (steps: readonly Step[]): Call[] =>
      steps.length > 0 ? [this.#parts(phase.shares, (part) => bound(steps, part))] : [];
    const ofBlocks = (): Call => this.#parts(phase.parts, (part) => this.#blocks(phase, count, part));
    const { others } = this.#machine;
    const meet = others ? [() => others.meet()] : [];
    return [
      ...(first.length + prepare.length > 0 ? [...alone(first), ...shares(prepare), ...meet] : []),
      ...(each.length > 0 ? everyThread(each) : []),
      ...(begin.length + blocks.length > 0 ? [ofBlocks()] : []),
      ...(each.length + begin.length + blocks.length > 0 ? meet : []),
      ...(shared.length + last.length > 0 ? [...alone(last), ...shares(shared), ...meet] : []),
      ...(end.length > 0 ? [...alone(end), ...meet] : []),
    ];
  }

  /** A part of a phase's blocks. They are dealt out in order, so that sums do not depend on which thread is how fast. */
  #blocks({ rows, begin, idle, blocks }: Phase, count: number, part: Part): Call[] {
    const total = Math.ceil(count / rows);
    const share = shareOf({ total, unit: 1 }, part.index, part.of);
    const own = Array.from({ length: share.count }, (_, i): Block => {
      const from = (share.from + i) * rows;
      return { from, rows: Math.min(rows, count - from), part };
    });
    const all = { from: 0, rows: count, part };
    return [
      ...(own.length > 0 ? begin : [...begin, ...idle]).map((step) => this.#bind(step, all)),
      ...own.flatMap((block, i) => stepsAt(blocks, i).map((step) => this.#bind(step, block))),
    ];
  }

  /**
   * All parts of something, as far as this thread does them: its own, and then what others have not begun.
   *
   * @param make binds the steps of a part; of others' parts not before one of them is taken over
   */
  #parts(count: number, make: (part: Part) => Call[]): Call {
    const { thread, others, beat = () => {} } = this.#machine;
    const { threads } = this.#program;
    const calls: (readonly Call[] | undefined)[] = Array.from({ length: count });
    const bound = (index: number): readonly Call[] => {
      const made = calls[index] ?? make({ index, of: count });
      calls[index] = made;
      return made;
    };
    const run = (index: number): void => {
      for (const call of bound(index)) {
        call();
        beat();
      }
    };
    const own = this.#own(count);
    for (const index of own) bound(index);
    if (!others) {
      return () => {
        for (const index of own) run(index);
      };
    }
    const order = Array.from({ length: threads }, (_, i) => (thread + i) % threads);
    const partsOf = order.map((one) => this.#own(count, one));
    return () => {
      for (const [i, parts] of partsOf.entries()) {
        for (;;) {
          const index = parts[others.take(order[i] as number)];
          if (index === undefined) break;
          run(index);
        }
      }
    };
  }

  /** The parts that a thread begins with. */
  #own(parts: number, thread = this.#machine.thread): number[] {
    const { from, count } = shareOf({ total: parts, unit: 1 }, thread, this.#program.threads);
    return Array.from({ length: count }, (_, i) => from + i);
  }

  #bind(step: Step, block: Block): Call {
    this.#machine.beat?.();
    if (step.kind === "kernel") return this.#kernel(step, block);
    if (step.kind === "product") return this.#product(step, block);
    if (step.kind === "stream") return this.#stream(step, block);
    return this.#graph(step, block);
  }

  #kernel({ name, module, args }: KernelStep, block: Block): Call {
    const { kernels, kernelsOf } = this.#machine;
    const call = (module ? kernelsOf(module) : kernels)[name];
    if (!call) throw new Error(`There is no kernel "${name}".`);
    const numbers = args.map((arg) =>
      typeof arg !== "number" && "at" in arg ? this.#address(arg, block) : this.#count(arg, block),
    );
    return () => call(...numbers);
  }

  #product(step: ProductStep, block: Block): Call {
    const { count, transposeA, transposeB, accumulate } = step;
    const [m, n, k] = [step.m, step.n, step.k].map((size) => this.#count(size, block)) as [
      number,
      number,
      number,
    ];
    if (m === 0) return () => {};
    const product = this.#machine.blas.product({ m, n, k, count, transposeA, transposeB, accumulate });
    this.#products.push(product);
    return product.bind(
      this.#address(step.a, block),
      this.#address(step.b, block),
      this.#address(step.y, block),
    );
  }

  #stream({ module, arrays: places, count, scalars, sum }: StreamStep, block: Block): Call {
    const pass = this.#machine.streams(module);
    const addresses = places.map((place) => this.#address(place, block));
    const length = this.#count(count, block);
    const total = this.#sumAt(sum, block.part.index);
    const numberOf = (one: StreamStep["scalars"][number]): number =>
      typeof one === "number" ? one : (this.#scalars[one.ofRun] as number);
    if (length === 0) return () => {};
    return () => {
      total[0] = (total[0] as number) + pass(addresses, length, scalars.map(numberOf));
    };
  }

  #sumAt({ at, perPart }: Place, part: number): Float64Array {
    return new Float64Array(this.#machine.buffer() as ArrayBuffer, at + part * perPart, 1);
  }

  #graph(step: GraphStep, block: Block): Call {
    const graph = this.#graphs.get(step) ?? this.#machine.blas.graph(step.model);
    this.#graphs.set(step, graph);
    const tensors = (named: Readonly<Record<string, GraphTensor>>): Record<string, Tensor> =>
      Object.fromEntries(
        Object.entries(named).map(([name, tensor]) => [
          name,
          tensorAt(this.#machine.buffer(), tensor, block),
        ]),
      );
    return graph.bind(tensors(step.inputs), tensors(step.outputs));
  }

  #address({ at, perRow, perThread, perPart, mine, perShare }: Place, { from, part }: Block): number {
    const { thread } = this.#machine;
    const start = part.index === 0 && mine !== undefined ? mine : at + part.index * perPart;
    const skipped = perShare ? shareOf(perShare.share, part.index, part.of).from * perShare.bytes : 0;
    return start + thread * perThread + from * perRow + skipped;
  }

  #count(count: Count, block: Block): number {
    if (typeof count === "number" || !("share" in count)) return countIn(block, count);
    const { index, of } = block.part;
    return shareOf(count.share, index, of).count * (count.times ?? 1);
  }
}

function countIn({ rows }: { readonly rows: number }, count: Count): number {
  if (typeof count === "number") return count;
  if ("share" in count) return count.share.total;
  return count.perRow * rows + (count.plus ?? 0);
}

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
