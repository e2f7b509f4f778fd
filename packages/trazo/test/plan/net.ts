import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Value } from "../../src/graph/value.js";
import type { Network } from "../lowering/compare.js";

/** Of a convolution that only has padding. */
export const plain = { strides: [1, 1], padding: "same", dilation: [1, 1] } as const;

/** A graph whose inputs are declared by the way. */
export class Net {
  readonly graph = new Graph();
  readonly inputs: Value[] = [];

  images(height: number, width: number, channels: number): Value {
    return this.#input([batch, height, width, channels]);
  }

  rows(width: number): Value {
    return this.#input([batch, width]);
  }

  weight(...shape: number[]): Value {
    return this.#input(shape);
  }

  /** A convolution with "same" padding, a bias, and a relu if wanted. */
  convolution(x: Value, filters: number, relu = true): Value {
    const product = this.product(x, filters);
    const sum = o.add(product, this.weight(filters));
    return relu ? o.relu(sum) : sum;
  }

  /** A convolution alone. */
  product(x: Value, filters: number): Value {
    return o.conv2d(x, this.weight(3, 3, x.shape.at(-1) as number, filters), plain);
  }

  dense(x: Value, units: number): Value {
    return o.add(o.matMul(x, this.weight(x.shape.at(-1) as number, units)), this.weight(units));
  }

  ending(output: Value): Network {
    return { graph: this.graph, output, inputs: this.inputs };
  }

  #input(shape: readonly (number | typeof batch)[]): Value {
    const input = this.graph.input(`i${this.inputs.length}`, "float32", shape);
    this.inputs.push(input);
    return input;
  }
}

/** Rows of all that a sample has. */
export const flat = (x: Value): Value =>
  o.reshape(x, [batch, x.shape.slice(1).reduce<number>((size, dim) => size * Number(dim), 1)]);
