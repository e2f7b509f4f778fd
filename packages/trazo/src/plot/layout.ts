import { Graph, layout } from "@dagrejs/dagre";
import type { PlotGraph } from "./blocks.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a block lies, by its middle. */
export interface Place extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** One per block. */
  readonly places: readonly Place[];
  /** One per edge: from the block that gives to the one that takes. */
  readonly lines: readonly (readonly Point[])[];
}

/** Which way the layers follow each other: `"TB"` from top to bottom, `"LR"` from left to right. */
export type RankDirection = "TB" | "LR";

const margin = 12;

/** Places blocks so that edges lead one way, and around the blocks that they pass. */
export function layoutBlocks(
  { blocks, edges }: PlotGraph,
  sizes: readonly { readonly width: number; readonly height: number }[],
  rankdir: RankDirection,
): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir, nodesep: 28, ranksep: 34, edgesep: 18 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const i of blocks.keys())
    graph.setNode(String(i), { ...(sizes[i] as { width: number; height: number }) });
  for (const { from, to } of edges) graph.setEdge(String(from), String(to));
  layout(graph);
  const places = blocks.map((_, i) => graph.node(String(i)) as unknown as Place);
  const lines = edges.map(
    ({ from, to }) =>
      (graph.edge(String(from), String(to)) as unknown as { points: readonly Point[] }).points,
  );
  return withinMargins(places, lines);
}

/** Moves everything so that it begins at the margin: lines around blocks may lead farther out than the blocks. */
function withinMargins(places: readonly Place[], lines: readonly (readonly Point[])[]): Layout {
  const corners = places.flatMap(({ x, y, width, height }) => [
    { x: x - width / 2, y: y - height / 2 },
    { x: x + width / 2, y: y + height / 2 },
  ]);
  const points = [...corners, ...lines.flat()];
  const ends = (along: "x" | "y"): readonly [number, number] =>
    points.reduce(
      ([least, most], point) => [Math.min(least, point[along]), Math.max(most, point[along])],
      [Number.POSITIVE_INFINITY, 0],
    );
  const [[left, right], [top, bottom]] = [ends("x"), ends("y")];
  const moved = <P extends Point>(point: P): P => ({
    ...point,
    x: point.x - left + margin,
    y: point.y - top + margin,
  });
  return {
    width: right - left + 2 * margin,
    height: bottom - top + 2 * margin,
    places: places.map(moved),
    lines: lines.map((points) => points.map(moved)),
  };
}
