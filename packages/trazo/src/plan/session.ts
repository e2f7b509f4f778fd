import type { Graph } from "../graph/graph.js";
import { isStatic } from "../graph/shape.js";
import type { SymbolicDim, Value } from "../graph/value.js";
import type { Lowering } from "../lowering/lower.js";
import type { Feeds, Session } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import { compilePlan, type Update } from "./compile.js";
import { tensorAt } from "./execute.js";
import type { PlanHost, Runner } from "./host.js";
import type { MadeInput } from "./made-input.js";
import { type Moment, plainMoment } from "./program/moment.js";
import type { Program } from "./program/program.js";
import type { OperatorTable } from "./task/task.js";

/** A computation over a semantic graph: what is asked of it, by name. */
export interface Computation {
  readonly name: string;
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
  /** A scalar, to be differentiated. */
  readonly loss?: Value | undefined;
  /** How some of these are moved by their gradients: see `PlanRequest`. */
  readonly updates?: Readonly<Record<string, Update>> | undefined;
  /** Inputs that a plan makes itself; a graph is fed them. */
  readonly made?: readonly MadeInput[] | undefined;
  /** Inputs with respect to which the loss is differentiated, by the names of the gradients. */
  readonly gradients?: Readonly<Record<string, Value>> | undefined;
}

/** How a model's computations are planned. */
export interface PlanSettings {
  readonly host: PlanHost;
  /** For the parts that the plan does not cover. */
  readonly lowering: Lowering;
  readonly operators: OperatorTable;
  /** The arrays that hold the model's weights and gradients, by their names, where they are known to stay. */
  arrayOf(name: string): Float32Array | undefined;
}

/** What a step of a program that updates weights gives. */
export interface StepResults {
  readonly outputs: Record<string, Tensor>;
  /** What the passes over the weights sum up. */
  readonly sum: number;
}

/** A program and what runs it. */
interface Made {
  readonly program: Program;
  readonly runner: Runner;
}

/** A training has whole batches and a last, partial one; users' own steps may have more. */
const mostPrograms = 4;

/**
 * A session whose graph is run as a plan. Gradients are sums over the samples, split among blocks and threads by the number of samples
 * that a program is made for: there is one for each number that comes, so that what a batch gives does not depend on the batches before
 * it. Without gradients one serves all batches up to its own size, and is made again for larger ones.
 */
export class PlanSession implements Session {
  readonly #computation: Computation;
  readonly #settings: PlanSettings;
  /** The one used last at the end. */
  readonly #made: Made[] = [];
  #running: Promise<unknown> = Promise.resolve();
  #released = false;

  constructor(computation: Computation, settings: PlanSettings) {
    this.#computation = computation;
    this.#settings = settings;
  }

  async run(feeds: Feeds, into: Feeds = {}): Promise<Record<string, Tensor>> {
    return (await this.step(feeds, into, plainMoment)).outputs;
  }

  /** As `run`, with what weights are updated by. */
  step(feeds: Feeds, into: Feeds, moment: Moment): Promise<StepResults> {
    const run = this.#settings.host.inTurn(() => this.#run(feeds, into, moment));
    this.#running = run.catch(() => {});
    return run;
  }

  async release(): Promise<void> {
    await this.#running;
    this.#released = true;
    for (const { runner } of this.#made.splice(0)) runner.release();
  }

  async #run(feeds: Feeds, into: Feeds, moment: Moment): Promise<StepResults> {
    if (this.#released) throw new Error("The session was released and cannot run any more.");
    const rows = rowsOf(this.#computation.graph, feeds);
    const { program, runner } = this.#ready(rows, feeds);
    const { host } = this.#settings;
    const { memory } = host;
    for (const { name, place } of program.inputs) {
      const { data } = feeds[name] as Tensor;
      if (!memory.owns(data) || data.byteOffset !== place.at) memory.write(place.at, data);
    }
    for (const { place, data } of program.constants) memory.write(place.at, data);
    await host.ready();
    await runner.run(rows, moment);
    const results: Record<string, Tensor> = {};
    for (const [name, output] of Object.entries(program.outputs)) {
      const target = into[name];
      if (target && memory.owns(target.data) && target.data.byteOffset === output.place.at) continue;
      const result = tensorAt(memory.buffer, output, { rows });
      if (target) (target.data as Float32Array).set(result.data as Float32Array);
      else results[name] = { ...result, data: result.data.slice() } as Tensor;
    }
    return { outputs: results, sum: this.#sumOf(program) };
  }

  /** Of all parts, in their order. */
  #sumOf({ updating, parts }: Program): number {
    let total = 0;
    for (let part = 0; updating && part < parts; part++) {
      const { at, perPart } = updating.sum;
      const [sum = 0] = new Float64Array(this.#settings.host.memory.buffer, at + part * perPart, 1);
      total += sum;
    }
    return total;
  }

  #ready(rows: number, feeds: Feeds): Made {
    const at = this.#made.findIndex(({ program }) => this.#serves(program, rows));
    const [known] = at < 0 ? [] : this.#made.splice(at, 1);
    if (known && this.#liesAsPlanned(known.program, feeds)) {
      this.#made.push(known);
      return known;
    }
    known?.runner.release();
    const kept = this.#hasGradients ? mostPrograms - 1 : 0;
    while (this.#made.length > kept) this.#made.shift()?.runner.release();
    const program = this.#compile(rows, feeds);
    const made = { program, runner: this.#settings.host.runner(program) };
    this.#made.push(made);
    return made;
  }

  get #hasGradients(): boolean {
    return this.#computation.loss !== undefined;
  }

  #serves({ batch }: Program, rows: number): boolean {
    return this.#hasGradients ? rows === batch : rows <= batch;
  }

  #compile(batch: number, feeds: Feeds): Program {
    const { host, lowering, operators, arrayOf } = this.#settings;
    return host.compile((base) =>
      compilePlan({
        ...this.#computation,
        batch,
        threads: (work) => host.threadsFor(batch, work),
        lowering,
        operators,
        base,
        cache: host.support.cache,
        resident(name) {
          const array = (feeds[name]?.data as Float32Array | undefined) ?? arrayOf(name);
          return array && host.memory.owns(array) ? array.byteOffset : undefined;
        },
      }),
    );
  }

  /** Whether what lies in the memory by itself is still there, and nothing has to be copied over it. */
  #liesAsPlanned({ inputs }: Program, feeds: Feeds): boolean {
    const { memory } = this.#settings.host;
    return inputs.every(({ name, place, resident }) => {
      const { data } = feeds[name] as Tensor;
      return !resident || (memory.owns(data) && data.byteOffset === place.at);
    });
  }
}

/** How many samples are fed. */
function rowsOf({ inputs }: Graph, feeds: Feeds): number {
  for (const { name, shape } of inputs) {
    const axis = shape.findIndex((dim) => !isStatic(dim));
    const fed = feeds[name];
    if (axis < 0 || !fed) continue;
    return (fed.shape[axis] as number) / (shape[axis] as SymbolicDim).factor;
  }
  throw new Error("Nothing that is fed says how many samples there are.");
}
