import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import { recognize } from "../../src/plan/recognize.js";
import type { OperatorTable } from "../../src/plan/task/task.js";
import type { Network } from "../lowering/compare.js";

/** Of a convolution and the pooling behind it. */
export interface Settings {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly pool: readonly [number, number];
  /** Of the pooling. Default: its windows are side by side. */
  readonly strides?: readonly [number, number];
  readonly padding: o.Padding;
  readonly hasBias: boolean;
  readonly relu: boolean;
}

/** @param wanted whose gradients are asked for, of x, w and b */
export function pooledNetwork(
  settings: Settings,
  pooling: typeof o.maxPool2d,
  wanted: readonly string[] = ["x", "w", "b"],
): Network {
  const { height, width, channels, filters, kernel, pool, strides = pool } = settings;
  const { padding, hasBias, relu } = settings;
  const graph = new Graph();
  const x = graph.input("x", "float32", [batch, height, width, channels]);
  const w = graph.input("w", "float32", [...kernel, channels, filters]);
  const b = graph.input("b", "float32", [filters]);
  const product = o.conv2d(x, w, { strides: [1, 1], padding, dilation: [1, 1] });
  const sum = hasBias ? o.add(product, b) : product;
  const active = relu ? o.relu(sum) : sum;
  const output = pooling(active, { poolSize: pool, strides, padding: "valid" });
  const inputs = hasBias ? [x, w, b] : [x, w];
  return { graph, output, inputs: inputs.filter(({ name }) => wanted.includes(name)) };
}

/** What computes it, by the names. */
export const tasksOf = ({ graph, output, inputs }: Network, operators: OperatorTable): string[] =>
  recognize(graph, [output], inputs, operators).parts.flatMap((part) =>
    part.kind === "task" ? [part.task.name] : ["island"],
  );
