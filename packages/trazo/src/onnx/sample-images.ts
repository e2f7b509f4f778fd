import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from "onnx-buf";
import type { ImageMaps, SmoothFillMode } from "../data/augmentation/image-maps.js";
import type { ImageRecipe } from "../data/augmentation/image-recipe.js";
import type { ImageSize } from "../data/augmentation/image-size.js";
import { elementType } from "../onnx-format/element-types.js";
import { intAttribute, protoNode, protoTensor } from "../onnx-format/proto.js";
import { valueInfo } from "../onnx-format/value-info.js";
import { type Tensor, tensor } from "../tensor.js";

/** Images of which a graph makes varied ones. */
export interface SampledImages {
  readonly batch: number;
  readonly size: ImageSize;
  /** What the values are divided by. */
  readonly divisor: number;
  readonly fillMode: SmoothFillMode;
}

/** What is added to a graph. */
export interface SamplingGraph {
  readonly nodes: readonly NodeProto[];
  readonly constants: readonly TensorProto[];
  readonly inputs: readonly ValueInfoProto[];
}

/** The graph's names for maps. */
const mapName = (name: keyof ImageMaps): string => `maps/${name}`;
const mapNames = ["offset", "down", "across"] as const;

/** What a graph is fed for its images. */
export const mapFeeds = (maps: ImageMaps): Record<string, Tensor> =>
  Object.fromEntries(
    mapNames.map((name) => [mapName(name), tensor("float32", [maps[name].length / 2, 2, 1], maps[name])]),
  );

/** The fill mode of a recipe by which images are varied by nothing but such maps; undefined where there is more to it. */
export function smoothFillMode({ order, fillMode, rescale, bends }: ImageRecipe): SmoothFillMode | undefined {
  if (order !== 1 || rescale || bends) return undefined;
  return fillMode === "nearest" || fillMode === "reflect" ? fillMode : undefined;
}

/** Places within a batch are counted in float32. */
export const mostSampledPixels = 2 ** 24;

/**
 * Samples images between their pixels, as `sampleImage` does, in float32.
 *
 * @param from the graph's name for the images, `[batch, height, width, channels]`
 * @param to its name for the varied ones
 */
export function sampleImages(from: string, to: string, images: SampledImages): SamplingGraph {
  const { batch, size, divisor } = images;
  const { height, width, channels } = size;
  const graph = new GraphPart(to);
  const pixels = graph.node("Cast", [from], [intAttribute("to", elementType.float32)]);
  const flat = graph.reshaped(pixels, [batch * height * width, channels]);
  const { low, high, share } = neighbors(graph, placesIn(graph, size), images);
  const first = graph.constant(
    [batch, 1],
    Array.from({ length: batch }, (_, image) => image * height * width),
  );
  const lineOf = (rows: string): string =>
    graph.node("Add", [graph.node("Mul", [row(graph, rows), graph.constant([1], [width])]), first]);
  const [above, below] = [lineOf(low), lineOf(high)];
  const [left, right] = [column(graph, low), column(graph, high)];
  const valueAt = (line: string, at: string): string => {
    const place = graph.node(
      "Cast",
      [graph.node("Add", [line, at])],
      [intAttribute("to", elementType.int32)],
    );
    return graph.node("Gather", [flat, place], [intAttribute("axis", 0)]);
  };
  const shareOf = (part: string): string => graph.reshaped(part, [batch, height * width, 1]);
  const between = (a: string, b: string, at: string): string =>
    graph.node("Add", [a, graph.node("Mul", [at, graph.node("Sub", [b, a])])]);
  const across = shareOf(column(graph, share));
  const top = between(valueAt(above, left), valueAt(above, right), across);
  const bottom = between(valueAt(below, left), valueAt(below, right), across);
  const sampled = between(top, bottom, shareOf(row(graph, share)));
  const scaled =
    divisor === 1 ? sampled : graph.node("Mul", [sampled, graph.constant([1], [Math.fround(1 / divisor)])]);
  graph.reshaped(scaled, [batch, height, width, channels], to);
  const { nodes, constants } = graph;
  const inputs = mapNames.map((name) => valueInfo(mapName(name), "float32", [batch, 2, 1]));
  return { nodes, constants, inputs };
}

/** `[batch, 2, pixels]`: the row and the column that each pixel comes from. */
function placesIn(graph: GraphPart, { height, width }: ImageSize): string {
  const numbers = (of: (pixel: number) => number): string =>
    graph.constant(
      [1, height * width],
      Array.from({ length: height * width }, (_, pixel) => of(pixel)),
    );
  const rows = numbers((pixel) => Math.floor(pixel / width));
  const columns = numbers((pixel) => pixel % width);
  const down = graph.node("Mul", [mapName("down"), rows]);
  const across = graph.node("Mul", [mapName("across"), columns]);
  return graph.node("Add", [graph.node("Add", [mapName("offset"), down]), across]);
}

/** The pixels before and after each place, and how far it is on its way between them. */
function neighbors(graph: GraphPart, places: string, { size, fillMode }: SampledImages) {
  const { height, width } = size;
  const first = graph.constant([1], [0]);
  const last = graph.constant([2, 1], [height - 1, width - 1]);
  const within = (value: string): string => graph.node("Min", [graph.node("Max", [value, first]), last]);
  const inside = fillMode === "nearest" ? within(places) : reflected(graph, places, size);
  const floor = graph.node("Floor", [inside]);
  return {
    low: within(floor),
    high: within(graph.node("Add", [floor, graph.constant([1], [1])])),
    share: graph.node("Sub", [inside, floor]),
  };
}

/** See `reflect` in fill.ts. */
function reflected(graph: GraphPart, places: string, { height, width }: ImageSize): string {
  const length = graph.constant([2, 1], [height, width]);
  const period = graph.constant([2, 1], [2 * height, 2 * width]);
  const passed = graph.node("Floor", [graph.node("Div", [places, period])]);
  const within = graph.node("Sub", [places, graph.node("Mul", [period, passed])]);
  const mirrored = graph.node("Sub", [graph.constant([2, 1], [2 * height - 1, 2 * width - 1]), within]);
  return graph.node("Where", [graph.node("Less", [within, length]), within, mirrored]);
}

const row = (graph: GraphPart, places: string): string => graph.part(places, 0);
const column = (graph: GraphPart, places: string): string => graph.part(places, 1);

/** Nodes and constants that are made one after the other, named after what they are for. */
class GraphPart {
  readonly nodes: NodeProto[] = [];
  readonly constants: TensorProto[] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** @returns the name of what it gives */
  node(
    type: string,
    inputs: readonly string[],
    attributes: readonly AttributeProto[] = [],
    name = `${this.#name}/sampling/${this.nodes.length}`,
  ): string {
    this.nodes.push(protoNode(type, inputs, [name], attributes));
    return name;
  }

  constant(shape: readonly number[], values: readonly number[]): string {
    return this.#add(tensor("float32", shape, Float32Array.from(values)));
  }

  reshaped(value: string, shape: readonly number[], name?: string): string {
    const dims = this.#add(tensor("int64", [shape.length], BigInt64Array.from(shape, BigInt)));
    return this.node("Reshape", [value, dims], [], name);
  }

  /** One of the parts along the second axis, without that axis. */
  part(value: string, index: number): string {
    const at = this.#add(tensor("int32", [], Int32Array.of(index)));
    return this.node("Gather", [value, at], [intAttribute("axis", 1)]);
  }

  #add(value: Tensor): string {
    const name = `${this.#name}/sampling/constant/${this.constants.length}`;
    this.constants.push(protoTensor(name, value));
    return name;
  }
}
