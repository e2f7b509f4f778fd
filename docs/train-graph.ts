import { fromBinary } from "@bufbuild/protobuf";
import { type GraphProto, ModelProtoSchema, type NodeProto } from "onnx-buf";

type Kind = "weight" | "forward" | "backward" | "update";

interface Box {
  readonly id: string;
  readonly label: string;
  readonly kind: Kind;
  readonly x: number;
  readonly y: number;
}

const width = 104;
const height = 20;
const forwardStep = 46;
const columns = { weight: 70, forward: 330, backward: 510, gradient: 872, update: 1040 } as const;
const sideways = 118;
const colors: Readonly<Record<Kind, readonly [fill: string, line: string]>> = {
  weight: ["#f1f2f4", "#69707d"],
  forward: ["#dcebfb", "#1f6fb2"],
  backward: ["#fde5d2", "#b0560b"],
  update: ["#dcf3e4", "#1d7a46"],
};

/**
 * A training step as a picture: what predicts and the loss from top to bottom, the gradients beside it back to the top, and one box for the update
 * of each weight.
 *
 * @param bytes an ONNX file, as `model.trainGraph()` gives it
 */
export function drawTrainGraph(bytes: Uint8Array): string {
  const graph = fromBinary(ModelProtoSchema, bytes).graph as GraphProto;
  const constants = new Set(graph.initializer.map(({ name }) => name));
  // Updates begin by keeping small gradients out, which nothing before them does.
  const firstUpdate = graph.node.findIndex(({ opType }) => opType === "Abs");
  const steps = graph.node.slice(0, firstUpdate);
  const forward = ancestorsOf("loss", steps);
  const kindOf = new Map<string, "forward" | "backward">();
  for (const node of steps) {
    const kind = forward.has(node) ? "forward" : "backward";
    for (const output of node.output) kindOf.set(output, kind);
  }
  const producer = new Map(steps.flatMap((node) => node.output.map((output) => [output, node] as const)));
  const idOf = (node: NodeProto): string => node.output[0] as string;
  const sourcesOf = (node: NodeProto): string[] =>
    node.input.filter((name) => name !== "" && !constants.has(name));

  const forwardNodes = steps.filter((node) => forward.has(node));
  const depth = ranksOf(forwardNodes, sourcesOf, producer, (node) => node.input.includes("x"));
  const bottom = 40 + forwardStep * Math.max(...depth.values());
  const boxes: Box[] = [];
  const rowsUsed = new Map<number, number>();
  for (const node of forwardNodes) {
    const row = depth.get(node) as number;
    const before = rowsUsed.get(row) ?? 0;
    rowsUsed.set(row, before + 1);
    boxes.push({
      id: idOf(node),
      label: node.opType,
      kind: "forward",
      x: columns.forward - before * sideways,
      y: 40 + forwardStep * row,
    });
  }

  const backwardNodes = steps.filter((node) => !forward.has(node));
  // Gradients begin with a division by the number of images.
  const ranks = ranksOf(backwardNodes, sourcesOf, producer, ({ opType }) => opType === "Div");
  const backwardStep = (bottom - 40) / Math.max(...ranks.values());
  const ranked = new Map<number, number>();
  const gradientRows: number[] = [];
  for (const node of backwardNodes) {
    const rank = ranks.get(node) as number;
    const box = { id: idOf(node), label: node.opType, kind: "backward" as const };
    const row = bottom - rank * backwardStep;
    // What nothing but an update takes is a weight's gradient.
    if (!backwardNodes.some((other) => other.input.includes(box.id))) {
      boxes.push({ ...box, x: columns.gradient, y: freeRow(row, gradientRows) });
      continue;
    }
    const before = ranked.get(rank) ?? 0;
    ranked.set(rank, before + 1);
    boxes.push({ ...box, x: columns.backward + before * sideways, y: row });
  }

  const placed = new Map(boxes.map((box) => [box.id, box]));
  const firstOutput = new Map(
    steps.flatMap((node) => node.output.map((output) => [output, idOf(node)] as const)),
  );
  const edges: (readonly [string, string])[] = steps.flatMap((node) =>
    sourcesOf(node).map((source) => [firstOutput.get(source) ?? source, idOf(node)] as const),
  );

  // What comes from outside lies beside the first box that takes it; the update of a weight beside what gives its gradient.
  const weights = graph.input.map(({ name }) => name).filter((name) => !/momentum|velocity|alpha/.test(name));
  const taken: number[] = [];
  for (const name of weights) {
    const user = steps.find((node) => node.input.includes(name));
    const y = freeRow(placed.get(user ? idOf(user) : "")?.y ?? 40, taken);
    boxes.push({ id: name, label: name, kind: "weight", x: columns.weight, y });
  }
  const updates = graph.node.slice(firstUpdate);
  for (const name of weights.filter((weight) =>
    graph.output.some((output) => output.name === `next/${weight}`),
  )) {
    const own = ancestorsOf(`next/${name}`, updates);
    const gradient = [...own]
      .flatMap((node) => node.input)
      .find((input) => kindOf.get(input) === "backward") as string;
    const id = `next/${name}`;
    const from = firstOutput.get(gradient) as string;
    boxes.push({
      id,
      label: `Adam: ${name}`,
      kind: "update",
      x: columns.update,
      y: placed.get(from)?.y ?? 0,
    });
    edges.push([from, id]);
  }
  return svgOf(boxes, edges, bottom + 40);
}

/** The height nearest below a wanted one at which no other box lies, which it then does. */
function freeRow(wanted: number, taken: number[]): number {
  let y = wanted;
  while (taken.some((other) => Math.abs(other - y) < height + 4)) y += height + 4;
  taken.push(y);
  return y;
}

/** The nodes on whose outputs a value depends. */
function ancestorsOf(value: string, nodes: readonly NodeProto[]): Set<NodeProto> {
  const needed = new Set([value]);
  const found = new Set<NodeProto>();
  for (const node of [...nodes].reverse()) {
    if (!node.output.some((output) => needed.has(output))) continue;
    found.add(node);
    for (const input of node.input) needed.add(input);
  }
  return found;
}

/** The length of the longest way to each node, which come in an order in which they can be computed. */
function depthsOf(
  nodes: readonly NodeProto[],
  before: (node: NodeProto) => readonly NodeProto[],
): Map<NodeProto, number> {
  const depths = new Map<NodeProto, number>();
  for (const node of nodes) {
    depths.set(node, Math.max(-1, ...before(node).map((one) => depths.get(one) ?? -1)) + 1);
  }
  return depths;
}

/** Depths, but what does not depend on where the way begins comes right before what takes it. */
function ranksOf(
  nodes: readonly NodeProto[],
  sourcesOf: (node: NodeProto) => readonly string[],
  producer: ReadonlyMap<string, NodeProto>,
  isBeginning: (node: NodeProto) => boolean,
): Map<NodeProto, number> {
  const own = new Set(nodes);
  const before = (node: NodeProto) =>
    sourcesOf(node)
      .flatMap((name) => producer.get(name) ?? [])
      .filter((one) => own.has(one));
  const ranks = depthsOf(nodes, before);
  const dependsOnBeginning = (node: NodeProto): boolean =>
    isBeginning(node) || before(node).some(dependsOnBeginning);
  const isFree = new Set(nodes.filter((node) => !dependsOnBeginning(node)));
  for (const node of [...nodes].reverse()) {
    if (!isFree.has(node)) continue;
    const users = nodes.filter((one) => before(one).includes(node)).map((one) => ranks.get(one) as number);
    if (users.length > 0) ranks.set(node, Math.max(0, Math.min(...users) - 1));
  }
  return ranks;
}

function svgOf(boxes: readonly Box[], edges: readonly (readonly [string, string])[], bottom: number): string {
  const placed = new Map(boxes.map((box) => [box.id, box]));
  const lines = edges.flatMap(([from, to]) => {
    const [one, other] = [placed.get(from), placed.get(to)];
    return one && other ? [edge(one, other)] : [];
  });
  const drawn = boxes.map(({ label, kind, x, y }) => {
    const [fill, line] = colors[kind];
    const w = kind === "update" ? 158 : width;
    return (
      `<rect x="${x - w / 2}" y="${y - height / 2}" width="${w}" height="${height}" rx="5" fill="${fill}" stroke="${line}"/>` +
      `<text x="${x}" y="${y + 4}">${label}</text>`
    );
  });
  const size = [columns.update + 100, Math.ceil(bottom)];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(" ")}" width="${size[0]}" height="${size[1]}" font-family="system-ui, sans-serif" font-size="11.5" text-anchor="middle" fill="#1d2026">` +
    '<rect width="100%" height="100%" fill="#ffffff"/><defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 .5 8 4 0 7.5z" fill="#69707d"/></marker></defs>' +
    `<g fill="none" stroke="#69707d">${lines.join("")}</g>${drawn.join("")}</svg>\n`
  );
}

/** From box to box: dashed where the backward half takes what the forward half has computed. */
function edge(from: Box, to: Box): string {
  const isAcross = from.kind !== to.kind && to.kind === "backward";
  const style = isAcross ? ' stroke-dasharray="3 3" stroke-opacity="0.55"' : ' marker-end="url(#end)"';
  const isSide = Math.abs(from.x - to.x) > Math.abs(from.y - to.y) || from.kind !== to.kind;
  const direction = Math.sign(to.x - from.x) || 1;
  const [x1, y1] = isSide
    ? [from.x + (direction * width) / 2, from.y]
    : [from.x, from.y + (Math.sign(to.y - from.y) * height) / 2];
  const half = to.kind === "update" ? 79 : width / 2;
  const [x2, y2] = isSide
    ? [to.x - direction * half, to.y]
    : [to.x, to.y - (Math.sign(to.y - from.y) * height) / 2];
  const bend = isSide
    ? `${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2}`
    : `${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2}`;
  return `<path d="M${round(x1)} ${round(y1)}C${bend} ${round(x2)} ${round(y2)}"${style}/>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
