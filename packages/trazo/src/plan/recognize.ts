import type { Graph } from "../graph/graph.js";
import { isStatic } from "../graph/shape.js";
import type { Node, Value } from "../graph/value.js";
import { isFixed, isRows, isSamples } from "./task/rows.js";
import type { MatchContext, OperatorTable, Task } from "./task/task.js";

/** Nodes that no operator of the plan covers, together as one graph. */
export interface Island {
  readonly nodes: readonly Node[];
  /** What it reads of the rest, constants apart. */
  readonly inputs: readonly Value[];
  /** What the rest reads of it. */
  readonly outputs: readonly Value[];
}

export type Part =
  | { readonly kind: "task"; readonly task: Task }
  | { readonly kind: "island"; readonly island: Island };

/** A graph cut into tasks and islands, in an order in which they can be computed. */
export interface Recognized {
  readonly parts: readonly Part[];
  /** The value whose memory a value shares: itself, unless it is the same rows, or the same weight, under another shape. */
  root(value: Value): Value;
  /** Inputs of samples that no product depends on: what a loss and metrics are given besides predictions. */
  readonly given: ReadonlySet<Value>;
}

/** Finds the operators of the plan in the part of a graph that some values need. */
export function recognize(
  graph: Graph,
  wanted: readonly Value[],
  differentiated: readonly Value[],
  operators: OperatorTable,
): Recognized {
  const left = new Set<Node>();
  for (;;) {
    const found = recognizeBut(left, graph, wanted, differentiated, operators);
    const misread = misreadIn(found, wanted);
    if (misread.length === 0) return found;
    for (const node of misread) left.add(node);
  }
}

/** Graphs read numbers in their own form. What the plan would give them as float32 is left to graphs, too. */
function misreadIn({ parts, root }: Recognized, wanted: readonly Value[]): readonly Node[] {
  const tasks = parts.flatMap((part) => (part.kind === "task" ? [part.task] : []));
  const makers = new Map(
    tasks.flatMap(({ outputs, nodes }) => outputs.map((value) => [value, nodes[0]] as const)),
  );
  const read = parts.flatMap((part) => (part.kind === "island" ? part.island.inputs : []));
  return [...read, ...wanted].flatMap((value) =>
    value.dtype === "float32" ? [] : (makers.get(root(value)) ?? []),
  );
}

/** @param left nodes that are not to be covered */
function recognizeBut(
  left: ReadonlySet<Node>,
  graph: Graph,
  wanted: readonly Value[],
  differentiated: readonly Value[],
  operators: OperatorTable,
): Recognized {
  const nodes = neededNodes(graph, wanted);
  const given = givenApart(graph, nodes);
  const places = new Map<Node, Placed>();
  const aliases = new Map<Value, Value>();
  const root = (value: Value): Value => {
    const before = aliases.get(value);
    return before ? root(before) : value;
  };
  const isRaw = (value: Value | undefined): value is Value =>
    value !== undefined && isRawInput(root(value), graph);
  const isCovered = (value: Value): boolean =>
    placeOf(value, places)?.kind === "task" ? !isRaw(value) : given.has(root(value)) && !isRaw(value);
  const context: MatchContext = {
    ...matchContext(graph, nodes, wanted, root),
    isRaw,
    isCovered,
    isTaken: (value): value is Value =>
      value?.dtype === "float32" &&
      (isRows(value) || (isFixed(value) && root(value).producer !== undefined)) &&
      isCovered(value),
    isDifferentiated: (value) => differentiated.includes(root(value)),
  };
  const tasks: { readonly task: Task; readonly level: number }[] = [];
  for (const node of nodes) {
    if (places.has(node)) continue;
    const found = left.has(node)
      ? undefined
      : findFirst(operators[node.op], (operator) => operator(node, context));
    if (found) {
      const inputs = found.flatMap(({ inputs, weights }) => [...inputs, ...weights]);
      const level = taskLevel(inputs, places);
      for (const task of found) {
        tasks.push({ task, level });
        for (const covered of task.nodes) places.set(covered, { kind: "task", level });
      }
      continue;
    }
    const [input] = node.inputs as readonly Value[];
    const [output] = node.outputs as readonly [Value];
    const before = input?.producer && places.get(input.producer);
    if (input && hasSameNumbers(node, input, output, context)) {
      aliases.set(output, input);
      places.set(node, before ?? { kind: "task", level: 0 });
      continue;
    }
    const level = Math.max(0, ...node.inputs.map((value) => placeOf(value, places)?.level ?? 0));
    places.set(node, { kind: "island", level });
  }
  const islands = islandsOf(graph, nodes, places, wanted);
  const levels = Math.max(0, ...[...places.values()].map(({ level }) => level));
  const parts = Array.from({ length: levels + 1 }, (_, level): Part[] => [
    ...tasks.filter((one) => one.level === level).map(({ task }): Part => ({ kind: "task", task })),
    ...(islands[level] ?? []).map((island): Part => ({ kind: "island", island })),
  ]);
  return { parts: parts.flat(), root, given };
}

function findFirst<T, R>(list: readonly T[] = [], find: (one: T) => R | undefined): R | undefined {
  for (const one of list) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a node is computed. Tasks of a level come before the island of that level. */
interface Placed {
  readonly kind: "task" | "island";
  readonly level: number;
}

const placeOf = (value: Value | undefined, places: ReadonlyMap<Node, Placed>): Placed | undefined =>
  value?.producer && places.get(value.producer);

const taskLevel = (inputs: readonly Value[], places: ReadonlyMap<Node, Placed>): number =>
  inputs.reduce((most, value) => {
    const place = placeOf(value, places);
    return Math.max(most, place ? place.level + (place.kind === "island" ? 1 : 0) : 0);
  }, 0);

/** Whether a node gives the same numbers, perhaps in another shape or for another dtype. */
function hasSameNumbers({ op }: Node, input: Value, output: Value, context: MatchContext): boolean {
  const isKnown = context.isCovered(input) || context.isRaw(input);
  if (!(isRows(input) && isRows(output)) && !(isFixed(input) && isFixed(output))) return false;
  if (op === "Reshape") return isKnown || context.isWeight(input);
  return (
    op === "Cast" && isWhole(input) && context.isCovered(input) && !["bool", "float64"].includes(output.dtype)
  );
}

/** Whether a value holds whole numbers, or what is true. */
const isWhole = ({ dtype }: Value): boolean => dtype !== "float32" && dtype !== "float64";

const isRawInput = (value: Value, graph: Graph): boolean =>
  value.dtype !== "float32" && isRows(value) && graph.inputs.includes(value);

/** What products are made of. */
const product = /Conv|Gemm|MatMul/;

/** See `Recognized.given`. */
function givenApart({ inputs }: Graph, nodes: readonly Node[]): ReadonlySet<Value> {
  const used = new Set<Value | undefined>();
  for (const node of [...nodes].reverse()) {
    if (!product.test(node.op) && !node.outputs.some((output) => used.has(output))) continue;
    for (const input of node.inputs) used.add(input);
  }
  return new Set(inputs.filter((input) => isRows(input) && !used.has(input)));
}

function neededNodes(graph: Graph, wanted: readonly Value[]): Node[] {
  const needed = new Set<Node>();
  const pending = wanted.flatMap(({ producer }) => producer ?? []);
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs) if (input?.producer) pending.push(input.producer);
  }
  return graph.nodes.filter((node) => needed.has(node));
}

function matchContext(
  graph: Graph,
  nodes: readonly Node[],
  wanted: readonly Value[],
  root: (value: Value) => Value,
): Omit<MatchContext, "isCovered" | "isDifferentiated" | "isRaw" | "isTaken"> {
  const uses = new Map<Value, Node[]>();
  for (const node of nodes) {
    for (const input of node.inputs) if (input) uses.set(input, [...(uses.get(input) ?? []), node]);
  }
  const asked = new Set(wanted);
  const inputs = new Set(graph.inputs);
  const users = (value: Value): readonly Node[] => (asked.has(value) ? [] : (uses.get(value) ?? []));
  return {
    users,
    only(value) {
      const [user, ...others] = users(value);
      return others.length > 0 ? undefined : user;
    },
    isWeight: (value): value is Value =>
      value !== undefined &&
      inputs.has(root(value)) &&
      value.dtype === "float32" &&
      value.shape.every(isStatic),
    isSamples: (value): value is Value => value !== undefined && isSamples(value),
  };
}

/** One island per level at most: its nodes need not hang together. */
function islandsOf(
  graph: Graph,
  nodes: readonly Node[],
  places: ReadonlyMap<Node, Placed>,
  wanted: readonly Value[],
): Record<number, Island[]> {
  const islands: Record<number, Island[]> = {};
  const levels = new Set(
    [...places.values()].filter(({ kind }) => kind === "island").map(({ level }) => level),
  );
  for (const level of levels) {
    const inside = (node: Node): boolean => {
      const place = places.get(node);
      return place?.kind === "island" && place.level === level;
    };
    const own = nodes.filter(inside);
    const made = new Set(own.flatMap(({ outputs }) => outputs));
    const read = new Set(nodes.filter((node) => !inside(node)).flatMap(({ inputs }) => inputs));
    const inputs = new Set<Value>();
    for (const value of own.flatMap((node) => node.inputs)) {
      if (value && !made.has(value) && !graph.constantOf(value)) inputs.add(boundary(value));
    }
    const outputs = [...made].filter((value) => read.has(value) || wanted.includes(value));
    islands[level] = [{ nodes: own, inputs: [...inputs], outputs }];
  }
  return islands;
}

/** A shape is asked for again where it is needed: what it is the shape of comes from elsewhere. */
export const boundary = (value: Value): Value =>
  value.producer?.op === "Shape" ? boundary(value.producer.inputs[0] as Value) : value;
