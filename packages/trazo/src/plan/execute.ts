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
  Share,
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
  /** Waits for all threads; the first gets there as soon as the others have. Absent with one thread. */
  readonly meet?: () => void;
  /** Told with each step: who waits for this thread sees that it is not dead. */
  readonly beat?: () => void;
}

/** A program made ready for a number of samples. */
export interface Prepared {
  run(moment?: Moment): void;
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
    const sum = updating && this.#sumAt(updating.sum);
    const all = (stages: readonly Call[]): void => {
      for (const stage of stages) {
        stage();
        beat();
      }
    };
    return {
      run: ({ requiresFinite, scalars } = plainMoment) => {
        this.#scalars = scalars;
        sum?.fill(0);
        all(first);
        // All threads read the same loss after the same meeting.
        if (requiresFinite && loss && !Number.isFinite(loss[0])) return;
        all(rest);
      },
    };
  }

  /** What this thread does of a phase, with a meeting of all threads after each part. */
  #stages(phase: Phase, count: number): Call[] {
    const { thread, meet } = this.#machine;
    const all: Block = { from: 0, rows: count };
    const bound = (steps: readonly Step[], block: Block): Call[] =>
      steps.map((step) => this.#bind(step, block));
    const alone = (steps: readonly Step[]): Call[] => (thread === 0 ? bound(steps, all) : []);
    const blocks = this.#blocksOf(phase, count);
    const own = [
      ...bound(blocks.length > 0 ? phase.each : [...phase.each, ...phase.idle], all),
      ...blocks.flatMap((block, i) => bound(stepsAt(phase.blocks, i), block)),
    ];
    const { first, prepare, each, shared, last, end } = phase;
    const stage = (steps: readonly Step[], calls: readonly Call[]): Call[] =>
      steps.length > 0 ? [...calls, ...(meet ? [meet] : [])] : [];
    return [
      ...stage([...first, ...prepare], [...alone(first), ...bound(prepare, all)]),
      ...stage([...each, ...phase.blocks], own),
      ...stage([...shared, ...last], [...bound(shared, all), ...alone(last)]),
      ...stage(end, alone(end)),
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
    const total = this.#sumAt(sum);
    const numberOf = (one: StreamStep["scalars"][number]): number =>
      typeof one === "number" ? one : (this.#scalars[one.ofRun] as number);
    if (length === 0) return () => {};
    return () => {
      total[0] = (total[0] as number) + pass(addresses, length, scalars.map(numberOf));
    };
  }

  /** This thread's own. */
  #sumAt({ at, perThread }: Place): Float64Array {
    const { buffer, thread } = this.#machine;
    return new Float64Array(buffer() as ArrayBuffer, at + thread * perThread, 1);
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

  #address({ at, perRow, perThread, mine, perShare }: Place, { from }: Block): number {
    const { thread } = this.#machine;
    const start = thread === 0 && mine !== undefined ? mine : at + thread * perThread;
    const skipped = perShare ? this.#share(perShare.share).from * perShare.bytes : 0;
    return start + from * perRow + skipped;
  }

  #count(count: Count, block: Block): number {
    return typeof count !== "number" && "share" in count
      ? this.#share(count.share).count * (count.times ?? 1)
      : countIn(block, count);
  }

  #share(share: Share): { readonly from: number; readonly count: number } {
    return shareOf(share, this.#machine.thread, this.#program.threads);
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
