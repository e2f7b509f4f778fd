import { formatDim, isStatic } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
import type { SymbolicTensor } from "../layers/symbolic.js";
import type { ModelPort } from "../network/layer-graph.js";
import type { PlottedCall, PlottedGraph } from "./expand-nested.js";
import { layerDetail } from "./layer-detail.js";

/** One call of a layer as the picture says it. */
export interface PlotRow {
  readonly className: string;
  /** What tells it from others of its class: `3×3, 32, relu`. */
  readonly detail: string;
  readonly name: string;
  /** Of one sample, e.g. `32×32×16`. */
  readonly shape: string;
  readonly isTrained: boolean;
}

/** Layers one after the other, between which nothing else is taken. */
export interface PlotBlock {
  readonly rows: readonly PlotRow[];
  /** Those of the model's outputs that the last row gives, by name; none where the model has only one. */
  readonly outputs: readonly string[];
}

/** Which block takes what another gives, by their numbers. */
export interface PlotEdge {
  readonly from: number;
  readonly to: number;
}

export interface PlotGraph {
  readonly blocks: readonly PlotBlock[];
  readonly edges: readonly PlotEdge[];
}

/** The calls of a model, those that only follow each other together in one block. */
export function plotBlocks({ calls, inputs, outputs }: PlottedGraph): PlotGraph {
  const takers = takersOf(calls);
  const given = new Set(outputs.map(({ tensor }) => tensor));
  const blockOf = new Map<SymbolicTensor, number>();
  const blocks: { rows: PlotRow[]; outputs: string[]; last: readonly SymbolicTensor[] }[] = [];
  const edges: PlotEdge[] = [];
  const firsts = inputs.filter(
    ({ tensor }) => !calls.some((call) => call.application.outputs.includes(tensor)),
  );
  for (const port of firsts) {
    blockOf.set(port.tensor, blocks.length);
    blocks.push({ rows: [inputRow(port)], outputs: [], last: [port.tensor] });
  }
  for (const call of calls) {
    const { inputs: taken, outputs: gives } = call.application;
    const [only] = taken;
    const continues = taken.length === 1 && only && takers.get(only) === 1 && !given.has(only);
    const known = only && blockOf.get(only);
    if (continues && known !== undefined && blocks[known]?.last.length === 1) {
      blocks[known]?.rows.push(rowOf(call));
      Object.assign(blocks[known] ?? {}, { last: gives });
      for (const tensor of gives) blockOf.set(tensor, known);
      continue;
    }
    const to = blocks.length;
    blocks.push({ rows: [rowOf(call)], outputs: [], last: gives });
    for (const tensor of gives) blockOf.set(tensor, to);
    for (const from of new Set(taken.map((tensor) => blockOf.get(tensor)))) {
      if (from !== undefined) edges.push({ from, to });
    }
  }
  if (outputs.length > 1) {
    for (const { name, tensor } of outputs) blocks[blockOf.get(tensor) ?? -1]?.outputs.push(name);
  }
  return { blocks: blocks.map(({ rows, outputs }) => ({ rows, outputs })), edges };
}

/** How many layers take each tensor. */
function takersOf(calls: readonly PlottedCall[]): ReadonlyMap<SymbolicTensor, number> {
  const counts = new Map<SymbolicTensor, number>();
  for (const { application } of calls) {
    for (const tensor of application.inputs) counts.set(tensor, (counts.get(tensor) ?? 0) + 1);
  }
  return counts;
}

const inputRow = ({ name, tensor }: ModelPort): PlotRow => ({
  className: "InputLayer",
  detail: "",
  name,
  shape: shapeText(tensor.shape),
  isTrained: true,
});

function rowOf({ placed, application, index }: PlottedCall): PlotRow {
  const { layer, name, trainable } = placed;
  return {
    className: layer.className,
    detail: layer.takes === "model" ? `${layer.model.layers.length} layers` : layerDetail(layer.getConfig()),
    // A layer that is called again shares its weights: as in what Keras says of connections.
    name: index === 0 ? name : `${name}[${index}]`,
    shape: application.outputs.map(({ shape }) => shapeText(shape)).join(", "),
    isTrained: trainable || placed.variables.length === 0,
  };
}

const shapeText = (shape: Shape): string =>
  shape
    .slice(1)
    .map((dim) => (isStatic(dim) ? formatDim(dim) : "?"))
    .join("×") || "1";
