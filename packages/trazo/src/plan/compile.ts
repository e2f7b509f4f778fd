import type { Graph } from "../graph/graph.js";
import { isStatic } from "../graph/shape.js";
import type { Node, Value } from "../graph/value.js";
import type { WebAssemblyModule } from "../kernels/webassembly.js";
import type { Lowering } from "../lowering/lower.js";
import type { PlanChoice } from "../runtime/runtime.js";
import { arrays } from "../typed-arrays.js";
import { piece } from "./crew/share.js";
import { type Division, divisionOf, divisionOfNumbers, mostParts, plainDivision } from "./division.js";
import { gradientName, islandGraph } from "./island.js";
import type { MadeInput } from "./made-input.js";
import { at, MemoryPlan } from "./memory-plan.js";
import type {
  Count,
  GraphStep,
  GraphTensor,
  Phase,
  Place,
  Program,
  ProgramConstant,
  ProgramInput,
  Share,
  Step,
  StreamStep,
  Updating,
} from "./program/program.js";
import { kernel, placesOf } from "./program/steps.js";
import { type Island, type Part, type Recognized, recognize } from "./recognize.js";
import { isFixed, isRows, rowSize, sizeOf, sizeOfValue } from "./task/rows.js";
import type { Emitter, MoveShare, OperatorTable, SharedGradient, Task } from "./task/task.js";

/** What a program is to compute, and with what. */
export interface PlanRequest {
  readonly graph: Graph;
  /** Values by the names under which the program gives them. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** A scalar of the graph, to be differentiated. */
  readonly loss?: Value | undefined;
  /** Inputs of the graph by the names under which the program gives the loss's gradient with respect to them. */
  readonly gradients?: Readonly<Record<string, Value>> | undefined;
  /** See `operatorsFor`. */
  readonly operators: OperatorTable;
  /** How weights are updated with their gradients, by the names of the gradients: these are then not given. */
  readonly updates?: Readonly<Record<string, Update>> | undefined;
  /** Inputs that the program makes itself. */
  readonly made?: readonly MadeInput[] | undefined;
  /** The largest number of samples. */
  readonly batch: number;
  /** How many threads there are, or how many there are to be for so much work. */
  readonly threads: number | ((work: Work) => number);
  /** How the parts that the plan does not cover become ONNX graphs. */
  readonly lowering: Lowering;
  /** Where the program's memory begins. */
  readonly base: number;
  /** Bytes that a block's data should not exceed: what a core's own cache holds. */
  readonly cache: number;
  /** The address of an input or output that lies in the flat memory anyway. */
  resident?(name: string): number | undefined;
}

/** How a weight is moved by its gradient, where it lies in the flat memory. */
export interface Update {
  readonly module: WebAssemblyModule;
  readonly scalars: StreamStep["scalars"];
  /** Addresses of the weight and of the arrays that the module takes besides it and its gradient. */
  readonly weight: number;
  readonly slots: readonly number[];
  readonly length: number;
}

/** How much there is to do, and how far it can be divided. */
export interface Work {
  /** Multiplications of a step for all samples. */
  readonly multiplications: number;
  /** Weights that threads can divide among themselves in training, however few samples there are. */
  readonly weights: number;
}

export type Asked = Pick<PlanRequest, "graph" | "outputs" | "loss" | "gradients">;

/** The tasks and islands of what is asked for. */
export function recognized(
  { graph, outputs, loss, gradients = {} }: Asked,
  operators: OperatorTable,
): Recognized {
  const wanted = [...Object.values(outputs), ...(loss ? [loss] : [])];
  return recognize(graph, wanted, Object.values(gradients), operators);
}

/**
 * Whether a graph should be run as a plan: `always`, where the plan covers any of its products; `whenFaster`, where it covers those that
 * take most of the multiplications.
 */
export function isWorthPlanning(asked: Asked, choice: PlanChoice, operators: OperatorTable): boolean {
  const { parts } = recognized(asked, operators);
  const left = parts.flatMap((part) => (part.kind === "island" ? part.island.nodes : []));
  const covered = multiplicationsOf(parts);
  if (choice === "always" || covered === 0) return covered > 0;
  return covered > left.reduce((sum, node) => sum + multiplicationsIn(node), 0);
}

/** Of the tasks, per sample. */
const multiplicationsOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + ((part.kind === "task" && part.task.multiplications) || 0), 0);

const dividedWeightsOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + ((part.kind === "task" && part.task.dividedWeights) || 0), 0);

/** Of a product or convolution with weights, per sample: every output is a sum over all inputs of its filter. */
function multiplicationsIn({ op, inputs, outputs }: Node): number {
  const [weights, result] = [inputs[1], outputs[0]];
  if (!/Conv|Gemm|MatMul/.test(op) || !weights || !result || !weights.shape.every(isStatic)) return 0;
  const sizes = result.shape.slice(1);
  return sizes.every(isStatic) ? (rowSize(result) * sizeOf(weights.shape)) / Number(result.shape.at(-1)) : 0;
}

/** Makes a program of a semantic graph. */
export function compilePlan(request: PlanRequest): Program {
  const { parts, root, given } = recognized(request, request.operators);
  const { batch, threads, loss } = request;
  const weights = loss ? dividedWeightsOf(parts) : 0;
  const work: Work = { multiplications: batch * multiplicationsOf(parts), weights };
  const count = typeof threads === "number" ? threads : threads(work);
  const groups = groupsOf(parts, root, given);
  return new Compilation({ ...request, threads: count }, groups, root).program();
}

/** Of a part in which inputs are made: each takes as long as many that are only passed over. */
const leastNumbersMade = 2 ** 10;

/** Numbers of a cache line: threads that write numbers next to each other leave each other's lines alone. */
const numbersOfShare = 16;

/** Tasks that follow each other on the same block, or an island by itself. */
type Group = (
  | { readonly kind: "tasks"; readonly tasks: readonly Task[] }
  | { readonly kind: "island"; readonly island: Island }
) & {
  /** That all its nodes are part of. */
  readonly block: number | undefined;
};

const membersOf = (group: Group): readonly (Island | Task)[] =>
  group.kind === "island" ? [group.island] : group.tasks;

const nameOfState = ({ nodes }: Task): string => String(nodes[0]?.outputs[0]?.name);

function blockOf(nodes: readonly Node[]): number | undefined {
  const [first, ...others] = new Set(nodes.map(({ block }) => block));
  return others.length === 0 ? first : undefined;
}

type Request = PlanRequest & { readonly threads: number };

class Compilation {
  readonly #request: Request;
  readonly #groups: readonly Group[];
  readonly #root: (value: Value) => Value;
  readonly #memory: MemoryPlan;
  readonly #phases: PhaseBuilder[] = [];
  /** What all threads do before the first phase. */
  readonly #preparations: Step[] = [];
  readonly #places = new Map<Value, Place>();
  readonly #gradients = new Map<Value, Place>();
  readonly #contributed = new Set<Value>();
  readonly #inputs = new Map<Value, Place>();
  /** By tasks, which are known by their first node's first output, and by name. */
  readonly #states = new Map<string, Map<string, Place>>();
  readonly #recomputed = new Set<number>();
  readonly #differentiable: ReadonlySet<Value>;
  /** Groups that make and use a value, by its root. */
  readonly #users = new Map<Value, Set<Group>>();
  readonly #readers = new Map<Value, Set<Group>>();
  readonly #gradientUsers = new Map<Value, Set<Group>>();
  /** By the weights' values. */
  readonly #updates: ReadonlyMap<Value, Update>;
  /** Weights that were moved already where their gradient was computed. */
  readonly #moved = new Set<Value>();
  readonly #sum: Place;
  /** How many nodes' inputs a value is. */
  readonly #uses = new Map<Value, number>();
  /** What tasks make: float32 numbers, whatever the dtype. */
  readonly #made: ReadonlySet<Value>;
  readonly #constants: ProgramConstant[] = [];

  constructor(request: Request, groups: readonly Group[], root: (value: Value) => Value) {
    this.#request = request;
    this.#root = root;
    this.#groups = groups;
    this.#memory = new MemoryPlan(request.batch, request.threads);
    this.#differentiable = dependents(request, this.#groups, root);
    this.#updates = new Map(
      Object.entries(request.updates ?? {}).map(([name, update]) => [
        request.gradients?.[name] as Value,
        update,
      ]),
    );
    this.#sum = this.#memory.perPart(8, mostParts(request));
    this.#made = new Set(
      groups.flatMap((group) =>
        group.kind === "tasks" ? group.tasks.flatMap(({ outputs }) => outputs) : [],
      ),
    );
    this.#listUsers();
  }

  program(): Program {
    const request = this.#request;
    for (const group of this.#groups) this.#forward(group);
    const forward = this.#phases.length;
    if (request.loss) {
      this.#beginGradients(request.loss);
      for (const group of [...this.#groups].reverse()) {
        this.#recompute(group.block);
        if (group.kind === "island") this.#islandAdjoint(group.island);
        else this.#emitAdjoint([...group.tasks].reverse());
      }
    }
    const outputs: Record<string, GraphTensor> = {};
    for (const [name, value] of Object.entries(request.outputs)) outputs[name] = this.#tensor(value);
    this.#update();
    for (const [name, value] of Object.entries(request.gradients ?? {})) {
      if (this.#updates.has(value)) continue;
      outputs[name] = { dtype: value.dtype, shape: countsOf(value), place: this.#wantedGradient(value) };
    }
    const making = this.#making();
    const inputs = [...this.#inputs].flatMap(([{ name }, place]) => this.#given(name, place, making));
    const used = [making, ...this.#phases].filter((phase) => !phase.isEmpty);
    const phases = used.map((phase, i) => phase.finish(request, i === 0 ? this.#preparations : []));
    const ofForward = [making, ...this.#phases.slice(0, forward)].filter((phase) => !phase.isEmpty).length;
    const constants = this.#constants;
    const updating = this.#updating(ofForward);
    const sums = updating ? [updating.sum] : [];
    const end = this.#memory.settle(request.base, phases, {
      atStart: [...[...inputs, ...constants].map(({ place }) => place), ...sums],
      atEnd: [...Object.values(outputs).map(({ place }) => place), ...sums],
    });
    const { batch, threads } = request;
    const parts = mostParts(request);
    return { batch, threads, parts, phases, inputs, constants, outputs, ...(updating && { updating }), end };
  }

  #madeOf(name: string): MadeInput | undefined {
    return this.#request.made?.find((one) => one.name === name);
  }

  /** The phase in which the program makes inputs itself. */
  #making(): PhaseBuilder {
    const made = [...this.#inputs.keys()].filter(({ name }) => this.#madeOf(name));
    const numbers = made.reduce((sum, value) => sum + rowSize(value), 0);
    const division = divisionOfNumbers(this.#request, this.#request.batch * numbers, leastNumbersMade);
    return new PhaseBuilder(this.#memory, division);
  }

  /** What a run is to be given for an input: itself, or what the first phase makes it of. */
  #given(name: string, place: Place, making: PhaseBuilder): ProgramInput[] {
    const made = this.#madeOf(name);
    if (!made) return [{ name, place, resident: this.#request.resident?.(name) !== undefined }];
    const parts = made.parts.map(({ name, bytes, isForAll }) => {
      const place = isForAll ? this.#memory.fixed(bytes) : this.#memory.perRow(bytes);
      return { name, place, resident: false };
    });
    const places = parts.map((part) => part.place);
    making.blocks.push(...made.steps(place, places, making.scratch(0, made.scratch)));
    return parts;
  }

  /** A loss that the plan computes has the gradient 1; an island gives those of what its loss is made of. */
  #beginGradients(loss: Value): void {
    const root = this.#root(loss);
    if (!this.#made.has(root)) return;
    this.#gradients.set(root, this.#constant(Float32Array.of(1)));
    this.#contributed.add(root);
  }

  #updating(phases: number): Updating | undefined {
    const { loss } = this.#request;
    const place = loss && this.#places.get(this.#root(loss));
    return place && this.#updates.size > 0 ? { loss: place, phases, sum: this.#sum } : undefined;
  }

  /** Moves the weights that were not moved yet, at the end: each is divided among the parts. */
  #update(): void {
    const left = [...this.#updates].filter(([value]) => !this.#moved.has(value));
    const steps = left.map(([value, update]) => {
      const share = { total: update.length, unit: piece };
      const gradient = this.#memory.ofShare(this.#wantedGradient(value), share, 4);
      return this.#move(update, gradient, share, 4);
    });
    const numbers = left.reduce((sum, [, { length }]) => sum + length, 0);
    this.#newPhase(divisionOfNumbers(this.#request, numbers)).shared.push(...steps);
  }

  /** Moves what of a weight's rows, of some bytes each, is a part's share. */
  #move({ module, scalars, weight, slots }: Update, gradient: Place, share: Share, bytes: number): Step {
    const own = (address: number): Place => this.#memory.ofShare(at(address), share, bytes);
    const arrays = [own(weight), gradient, ...slots.map(own)];
    return { kind: "stream", module, scalars, arrays, count: { share, times: bytes / 4 }, sum: this.#sum };
  }

  /**
   * The step by which a share of a weight's rows moves when its gradient is known; undefined where that has to wait until others that read
   * the weight are done, or where the gradient itself is asked for.
   */
  #weightUpdate(value: Value): MoveShare | undefined {
    const update = this.#updates.get(value);
    const uses = this.#uses.get(this.#root(value)) ?? 0;
    if (!update || uses !== 1) return undefined;
    this.#moved.add(value);
    return (gradient, share, bytes) => this.#move(update, gradient, share, bytes);
  }

  #forward(group: Group): void {
    if (group.kind === "island") this.#islandForward(group.island);
    else this.#emitForward(group.tasks);
  }

  /** Before the first gradient of a block is computed, its values are computed again: the first ones have been written over. */
  #recompute(block: number | undefined): void {
    if (block === undefined || this.#recomputed.has(block)) return;
    this.#recomputed.add(block);
    const groups = this.#groups.filter((group) => group.block === block);
    const outside = (value: Value): boolean =>
      [...(this.#users.get(value) ?? [])].some((user) => user.block !== block) ||
      Object.values(this.#request.outputs).some((output) => this.#root(output) === value);
    for (const group of groups) {
      for (const value of membersOf(group).flatMap(({ outputs }) => outputs)) {
        if (!outside(this.#root(value))) this.#places.delete(this.#root(value));
      }
      if (group.kind === "tasks") for (const task of group.tasks) this.#states.delete(nameOfState(task));
    }
    for (const group of groups) this.#forward(group);
  }

  #listUsers(): void {
    const note = (map: Map<Value, Set<Group>>, value: Value, group: Group): void => {
      const root = this.#root(value);
      const groups = map.get(root) ?? new Set();
      groups.add(group);
      map.set(root, groups);
    };
    for (const group of this.#groups) {
      for (const member of membersOf(group)) {
        for (const value of member.nodes.flatMap(({ inputs }) => inputs)) {
          if (!value) continue;
          const root = this.#root(value);
          this.#uses.set(root, 1 + (this.#uses.get(root) ?? 0));
        }
        for (const value of [...member.inputs, ...member.outputs]) note(this.#users, value, group);
        for (const value of member.inputs) note(this.#readers, value, group);
        const driven = "driven" in member ? (member.driven ?? []) : [];
        const inputs = "differentiates" in member ? (member.differentiates ?? member.inputs) : member.inputs;
        for (const value of [...inputs, ...member.outputs, ...driven]) {
          note(this.#gradientUsers, value, group);
        }
      }
    }
  }

  /** Whether a value needs no memory beyond a block of its group. */
  #isLocal(value: Value): boolean {
    const root = this.#root(value);
    const groups = this.#users.get(root) ?? new Set();
    const [group] = groups;
    if (!isRows(root) || groups.size !== 1 || group?.kind !== "tasks") return false;
    const maker = group.tasks.find(({ outputs }) => outputs.includes(root));
    if (!maker) return false;
    const { outputs, loss } = this.#request;
    if (Object.values(outputs).some((output) => this.#root(output) === root)) return false;
    if (!loss || canRepeat(maker, group.tasks, this.#root)) return true;
    return !group.tasks.some(({ kept }) => kept.some((one) => this.#root(one) === root));
  }

  #isLocalGradient(value: Value): boolean {
    const root = this.#root(value);
    const groups = this.#gradientUsers.get(root) ?? new Set();
    const [group] = groups;
    return (
      isRows(root) &&
      groups.size === 1 &&
      group?.kind === "tasks" &&
      group.tasks.some(({ outputs }) => outputs.includes(root))
    );
  }

  #place(value: Value, phase: PhaseBuilder): Place {
    const root = this.#root(value);
    const known = this.#places.get(root);
    if (known) return known;
    const content = this.#request.graph.constantOf(root);
    if (content) {
      const place = this.#constant(float32Of(content.data));
      this.#places.set(root, place);
      return place;
    }
    const place = this.#isLocal(root) ? phase.local(4 * rowSize(root)) : this.#newPlace(root);
    this.#places.set(root, place);
    if (!root.producer) this.#inputs.set(root, place);
    return place;
  }

  #constant(data: Float32Array): Place {
    const place = this.#memory.fixed(data.byteLength);
    this.#constants.push({ place, data });
    return place;
  }

  #newPlace(value: Value): Place {
    const isGiven = !value.producer && !this.#madeOf(value.name);
    const resident = isGiven ? this.#request.resident?.(value.name) : undefined;
    return resident === undefined ? this.#room(value) : at(resident);
  }

  #room(value: Value): Place {
    const [first, ...rest] = value.shape;
    const factor = first === undefined || isStatic(first) ? 0 : first.factor;
    const { BYTES_PER_ELEMENT } = this.#made.has(value) ? Float32Array : arrays[value.dtype];
    const size = BYTES_PER_ELEMENT * sizeOf(rest);
    return factor > 0
      ? this.#memory.perRow(size * factor)
      : this.#memory.fixed(size * (first === undefined ? 1 : Number(first)));
  }

  #tensor(value: Value): GraphTensor {
    const place = this.#place(value, this.#newPhase());
    return { dtype: value.dtype, shape: countsOf(value), place };
  }

  #newPhase(division: Division = plainDivision(this.#request)): PhaseBuilder {
    const phase = new PhaseBuilder(this.#memory, division);
    this.#phases.push(phase);
    return phase;
  }

  #emitForward(tasks: readonly Task[]): void {
    const phase = this.#newPhase(divisionOf(this.#request, tasks, false));
    for (const task of tasks) phase.during(task, () => task.forward(this.#emitter(task, phase)));
  }

  #emitAdjoint(tasks: readonly Task[]): void {
    const phase = this.#newPhase(divisionOf(this.#request, tasks, true));
    const repeats = this.#forgetRepeated(tasks);
    for (const task of tasks) {
      const isDriven = (task.driven ?? task.outputs).some((one) => this.#contributed.has(this.#root(one)));
      if (isDriven) phase.during(task, () => task.adjoint(this.#emitter(task, phase, repeats)));
    }
  }

  /** The values of a block that are computed again when an adjoint first asks for them, with the tasks that do it. */
  #forgetRepeated(tasks: readonly Task[]): Map<Value, Task> {
    const repeats = new Map<Value, Task>();
    for (const task of tasks) {
      for (const value of task.outputs) {
        if (!canRepeat(task, tasks, this.#root) || !this.#isLocal(value)) continue;
        repeats.set(value, task);
        this.#places.delete(value);
      }
    }
    return repeats;
  }

  #placeOfAdjoint(value: Value, phase: PhaseBuilder, repeats: Map<Value, Task>): Place {
    const root = this.#root(value);
    const task = repeats.get(root);
    repeats.delete(root);
    const place = this.#place(root, phase);
    task?.repeat?.(this.#emitter(task, phase, repeats));
    return place;
  }

  #emitter(task: Task, phase: PhaseBuilder, repeats = new Map<Value, Task>()): Emitter {
    return {
      training: this.#request.loss !== undefined,
      place: (value) => this.#placeOfAdjoint(value, phase, repeats),
      outputGradient: (value) =>
        this.#contributed.has(this.#root(value)) ? this.#gradientPlace(value, phase) : undefined,
      inputGradient: (value) => this.#inputGradient(value, phase),
      sharedInputGradient: (value) => this.#sharedInputGradient(value, phase),
      weightGradient: (value, how) => this.#weightGradient(value, how, phase, isWithoutRows(task)),
      weightUpdate: (value) => this.#weightUpdate(value),
      cache: this.#request.cache,
      scratch: (perRow, plus) => phase.scratch(perRow, plus),
      keep: (name, perRow) => this.#state(task, name, () => this.#memory.perRow(perRow)),
      state: (name, bytes, owner = "all") =>
        this.#state(task, name, () => {
          if (owner === "part") return this.#memory.perPart(bytes, phase.parts);
          return owner === "thread" ? this.#memory.perThread(bytes) : this.#memory.fixed(bytes);
        }),
      gather: (state, step) => this.#gather(state, step, phase),
      threads: this.#request.threads,
      parts: phase.parts,
      shares: phase.shares,
      batch: this.#request.batch,
      constant: (name, data) => this.#state(task, name, () => this.#constant(data)),
      ofEachPart: (perRow) => this.#memory.perPart(perRow * this.#request.batch, phase.parts),
      ofEachThread: (perRow) => this.#memory.perThread(perRow * this.#request.batch),
      ofFirst: (parts) => this.#memory.ofPart(parts, 0),
      ofShare: (whole, share, bytes) => this.#memory.ofShare(whole, share, bytes),
      prepare: (...steps) => this.#preparations.push(...steps),
      idle: (...steps) => phase.idle.push(...steps),
      each: (...steps) => phase.each.push(...steps),
      begin: (...steps) => phase.begin.push(...steps),
      block: (...steps) => (isWithoutRows(task) ? phase.last : phase.blocks).push(...steps),
      shared: (...steps) => phase.shared.push(...steps),
      last: (...steps) => phase.last.push(...steps),
    };
  }

  #state(task: Task, name: string, make: () => Place): Place {
    const key = nameOfState(task);
    const states = this.#states.get(key) ?? new Map<string, Place>();
    this.#states.set(key, states);
    const known = states.get(name);
    if (known) return known;
    const made = make();
    states.set(name, made);
    return made;
  }

  #gradientPlace(value: Value, phase: PhaseBuilder): Place {
    const root = this.#root(value);
    const known = this.#gradients.get(root);
    if (known) return known;
    const place = this.#isLocalGradient(root) ? phase.local(4 * rowSize(root)) : this.#newGradient(root);
    this.#gradients.set(root, place);
    return place;
  }

  #newGradient(value: Value): Place {
    const name = Object.entries(this.#request.gradients ?? {}).find(([, input]) => input === value)?.[0];
    const resident = name === undefined ? undefined : this.#request.resident?.(name);
    return resident === undefined ? this.#room(value) : at(resident);
  }

  #inputGradient(value: Value, phase: PhaseBuilder): Place | undefined {
    const root = this.#root(value);
    if (!this.#differentiable.has(root)) return undefined;
    const place = this.#gradientPlace(root, phase);
    if (!this.#contributed.has(root)) {
      this.#contributed.add(root);
      return place;
    }
    const size = rowSize(root);
    const more = isFixed(root) ? this.#memory.fixed(4 * sizeOf(root.shape)) : phase.local(4 * size);
    phase.after(kernel("add", place, more, sizeOfValue(root)));
    return more;
  }

  #sharedInputGradient(value: Value, phase: PhaseBuilder): SharedGradient | undefined {
    const root = this.#root(value);
    if (!this.#differentiable.has(root)) return undefined;
    const accumulate = this.#contributed.has(root);
    this.#contributed.add(root);
    return { place: this.#gradientPlace(root, phase), accumulate };
  }

  #weightGradient(
    weight: Value,
    how: "sum" | "shared" | "last",
    phase: PhaseBuilder,
    isAlone: boolean,
  ): SharedGradient | undefined {
    const value = this.#root(weight);
    if (!this.#differentiable.has(value)) return undefined;
    const own = this.#gradientPlace(value, phase);
    const isFirst = !this.#contributed.has(value);
    this.#contributed.add(value);
    const size = sizeOf(value.shape);
    if (how === "last") {
      if (isFirst) return { place: own, accumulate: false };
      const more = this.#memory.fixed(4 * size);
      phase.end.push(kernel("add", own, more, size));
      return { place: more, accumulate: false };
    }
    if (how === "shared") return { place: own, accumulate: !isFirst };
    if (isAlone || phase.parts === 1) {
      // What the first thread does alone is all done in `last`, when parts of others would be brought together: there are none.
      if (isFirst) (isAlone ? phase.last : phase.begin).push(kernel("fill", own, size, 0));
      return { place: own, accumulate: true };
    }
    const parts = this.#memory.perPart(4 * size, phase.parts);
    const place = isFirst ? this.#memory.behind(parts, own) : parts;
    phase.begin.push(kernel("fill", place, size, 0));
    this.#gatherSums(own, parts, isFirst ? 1 : 0, size, phase);
    return { place, accumulate: true };
  }

  /** Brings the parts' sums together, in their order: each part does it for some of the numbers. */
  #gatherSums(own: Place, parts: Place, from: number, size: number, phase: PhaseBuilder): void {
    const share = { total: size, unit: numbersOfShare };
    for (let index = from; index < phase.parts; index++) {
      const part = this.#memory.ofPart(parts, index);
      const [sum, more] = [own, part].map((place) => this.#memory.ofShare(place, share, 4)) as [Place, Place];
      phase.shared.push(kernel("add", sum, more, { share }));
    }
  }

  #gather(state: Place, step: (own: Place, part: Place) => Step, phase: PhaseBuilder): void {
    for (let part = 1; part < phase.parts; part++) {
      phase.last.push(step(state, this.#memory.ofPart(state, part)));
    }
  }

  #wantedGradient(value: Value): Place {
    const phase = this.#newPhase();
    const place = this.#gradientPlace(value, phase);
    if (!this.#contributed.has(value)) {
      phase.first.push(kernel("fill", place, sizeOfValue(value), 0));
    }
    return place;
  }

  #islandForward(island: Island): void {
    const phase = this.#newPhase();
    const { graph, loss, lowering, outputs: asked } = this.#request;
    const isLast = loss !== undefined && island.outputs.includes(loss);
    const outputs = island.outputs.filter(
      (value) => value !== loss || Object.values(asked).includes(value) || this.#readers.has(value),
    );
    const gradients = isLast
      ? { given: [], loss, wanted: island.inputs.filter((input) => this.#wantsGradient(input)) }
      : undefined;
    const made = islandGraph(graph, island, outputs, gradients, lowering);
    const results: Record<string, GraphTensor> = {};
    for (const value of outputs) {
      results[made.nameOf(value)] = {
        dtype: value.dtype,
        shape: countsOf(value),
        place: this.#place(value, phase),
      };
    }
    for (const value of gradients?.wanted ?? []) {
      results[gradientName(made.nameOf(value))] = this.#islandGradient(value, phase);
    }
    phase.first.unshift(this.#graphStep(made.model, made.nameOf, island.inputs, {}, results, phase));
  }

  #islandAdjoint(island: Island): void {
    const { graph, loss, lowering } = this.#request;
    const given = island.outputs.filter(
      (value) => value !== loss && this.#contributed.has(this.#root(value)),
    );
    const wanted = island.inputs.filter((input) => this.#wantsGradient(input));
    if (given.length === 0 || wanted.length === 0) return;
    const phase = this.#newPhase();
    const made = islandGraph(graph, island, [], { given, loss: undefined, wanted }, lowering);
    const sources: Record<string, GraphTensor> = {};
    for (const value of given) {
      const place = this.#gradientPlace(value, phase);
      sources[gradientName(made.nameOf(value))] = { dtype: value.dtype, shape: countsOf(value), place };
    }
    const results: Record<string, GraphTensor> = {};
    for (const value of wanted)
      results[gradientName(made.nameOf(value))] = this.#islandGradient(value, phase);
    phase.first.unshift(this.#graphStep(made.model, made.nameOf, island.inputs, sources, results, phase));
  }

  #wantsGradient(value: Value): boolean {
    return value.dtype === "float32" && this.#differentiable.has(this.#root(value));
  }

  /** Where an island writes the gradient of an input; where another did before, next to it, to be added. */
  #islandGradient(value: Value, phase: PhaseBuilder): GraphTensor {
    const root = this.#root(value);
    const shape = countsOf(value);
    const place = this.#gradientPlace(root, phase);
    if (!this.#contributed.has(root)) {
      this.#contributed.add(root);
      return { dtype: value.dtype, shape, place };
    }
    const more = this.#room(root);
    phase.first.push(kernel("add", place, more, sizeOfValue(root)));
    return { dtype: value.dtype, shape, place: more };
  }

  #graphStep(
    model: Uint8Array,
    nameOf: (value: Value) => string,
    inputs: readonly Value[],
    sources: Readonly<Record<string, GraphTensor>>,
    outputs: Readonly<Record<string, GraphTensor>>,
    phase: PhaseBuilder,
  ): GraphStep {
    const named: Record<string, GraphTensor> = { ...sources };
    for (const input of inputs) {
      named[nameOf(input)] = {
        dtype: input.dtype,
        shape: countsOf(input),
        place: this.#place(input, phase),
      };
    }
    return { kind: "graph", model, inputs: named, outputs };
  }
}

function groupsOf(parts: readonly Part[], root: (value: Value) => Value, given: ReadonlySet<Value>): Group[] {
  const groups: Group[] = [];
  let open: Task[] = [];
  /** Whether a task may be done on the same block as those of the open group. */
  const joins = (task: Task): boolean => {
    const [first] = open;
    if (!first || isWithoutRows(task) !== isWithoutRows(first)) return false;
    if (isWithoutRows(task)) return true;
    const made = new Set(open.flatMap(({ outputs }) => outputs));
    // What is the same for all samples is known when all blocks are done.
    if (task.weights.some((value) => made.has(root(value)))) return false;
    const inputs = task.inputs.map(root);
    return inputs.some((input) => made.has(input)) || inputs.every((input) => given.has(input));
  };
  const close = (): void => {
    if (open[0]) groups.push({ kind: "tasks", tasks: open, block: blockOf(open[0].nodes) });
    open = [];
  };
  for (const part of parts) {
    if (part.kind === "island") {
      close();
      groups.push({ ...part, block: blockOf(part.island.nodes) });
      continue;
    }
    const { task } = part;
    const isOfBlock = !open[0] || blockOf(open[0].nodes) === blockOf(task.nodes);
    const isSecond = multiplies(task) && open.some(multiplies);
    if (task.begins || isSecond || !isOfBlock || !joins(task)) close();
    open = [...open, task];
    if (task.ends) close();
  }
  close();
  return groups;
}

/** Whether a task has to do with what is the same for all samples only. */
const isWithoutRows = ({ inputs, outputs }: Task): boolean => [...inputs, ...outputs].every(isFixed);

/** Whether a task can be done again in the backward pass: all that it reads comes from other phases, through memory. */
const canRepeat = (
  { repeat, inputs }: Task,
  tasks: readonly Task[],
  root: (value: Value) => Value,
): boolean =>
  repeat !== undefined && !tasks.some(({ outputs }) => inputs.some((input) => outputs.includes(root(input))));

const multiplies = ({ multiplications = 0 }: Task): boolean => multiplications > 0;

/** Roots of values through which the loss depends on what it is differentiated with respect to. */
function dependents(
  { gradients = {} }: PlanRequest,
  groups: readonly Group[],
  root: (value: Value) => Value,
): Set<Value> {
  const found = new Set<Value>(Object.values(gradients));
  for (const group of groups) {
    const nodes = group.kind === "island" ? group.island.nodes : group.tasks.flatMap(({ nodes }) => nodes);
    for (const node of nodes) {
      if (!node.inputs.some((input) => input && found.has(root(input)))) continue;
      for (const output of node.outputs) found.add(root(output));
    }
  }
  return found;
}

/** Numbers as the plan holds them; those that are float32 already are not copied. */
const float32Of = (data: ArrayLike<number | bigint>): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data, Number);

const countsOf = ({ shape }: Value): Count[] =>
  shape.map((dim) => (isStatic(dim) ? dim : { perRow: dim.factor }));

/** Collects the steps of a phase and the scratch memory of its blocks. */
class PhaseBuilder {
  readonly parts: number;
  readonly shares: number;
  readonly first: Step[] = [];
  readonly each: Step[] = [];
  readonly begin: Step[] = [];
  readonly idle: Step[] = [];
  readonly blocks: Step[] = [];
  readonly shared: Step[] = [];
  readonly last: Step[] = [];
  readonly end: Step[] = [];
  readonly #after: Step[] = [];
  readonly #memory: MemoryPlan;
  readonly #scratch: {
    readonly place: Place;
    readonly perRow: number;
    readonly plus: number;
    readonly task: number | undefined;
  }[] = [];
  #least = 1;
  #task = 0;

  constructor(memory: MemoryPlan, { parts, shares }: Division) {
    this.#memory = memory;
    this.parts = parts;
    this.shares = shares;
  }

  get isEmpty(): boolean {
    const { first, each, begin, blocks, shared, last } = this;
    return [first, each, begin, blocks, shared, last].every(({ length }) => length === 0);
  }

  /** Memory of a block through the whole phase. */
  local(perRow: number): Place {
    return this.#request(perRow, 0, undefined);
  }

  /** Memory of a block for the time of the task at hand. */
  scratch(perRow: number, plus = 0): Place {
    return this.#request(perRow, plus, this.#task);
  }

  #request(perRow: number, plus: number, task: number | undefined): Place {
    const place = this.#memory.scratch();
    this.#scratch.push({ place, perRow, plus, task });
    return place;
  }

  /** A step to be done when the task at hand is. */
  after(step: Step): void {
    this.#after.push(step);
  }

  during(task: Task, emit: () => void): void {
    this.#task++;
    emit();
    (isWithoutRows(task) ? this.last : this.blocks).push(...this.#after.splice(0));
    this.#least = Math.max(this.#least, task.leastRows ?? 1);
  }

  /** Settles how many samples a block holds. */
  finish({ batch, cache }: Request, prepare: readonly Step[]): Phase {
    const share = Math.ceil(batch / this.parts);
    const perRow = this.#scratchPerRow() + this.#rowsTouched();
    const fitting = Math.max(1, Math.floor(cache / Math.max(1, perRow)));
    const most = Math.min(share, Math.max(fitting, this.#least));
    const rows = Math.ceil(share / Math.ceil(share / most));
    this.#memory.placeScratch(
      this.#scratch.map(({ place, perRow, plus, task }) => ({ place, bytes: perRow * rows + plus, task })),
    );
    const { parts, shares, first, each, begin, idle, blocks, shared, last, end } = this;
    return { parts, shares, first, prepare, each, begin, idle, blocks, rows, shared, last, end };
  }

  #scratchPerRow(): number {
    const sumOf = (task: number | undefined): number =>
      this.#scratch.reduce((sum, one) => sum + (one.task === task ? one.perRow : 0), 0);
    const tasks = new Set(this.#scratch.map(({ task }) => task));
    tasks.delete(undefined);
    return sumOf(undefined) + Math.max(0, ...[...tasks].map(sumOf));
  }

  /** Bytes per sample of the memory of all samples that the blocks go through. */
  #rowsTouched(): number {
    return [...new Set(this.blocks.flatMap(placesOf))].reduce((sum, { perRow }) => sum + perRow, 0);
  }
}
