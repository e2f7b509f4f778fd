import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Interpolation } from "../../src/data/images/interpolation.js";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Dim, Shape, Value } from "../../src/graph/value.js";
import { resizeImages } from "../../src/layers/resize-images.js";
import { everyOperator } from "../../src/plan/operators/rare.js";
import { recognize } from "../../src/plan/recognize.js";
import { sizeOf, tensor } from "../../src/tensor.js";
import { noise } from "../optimizers/flat.js";
import { expectAgreement } from "./compare-plan.js";

/** A graph that begins with what the plan computes. */
class Net {
  readonly graph = new Graph();
  readonly inputs: Value[] = [];

  /** The output of a dense layer. */
  samples(...sample: readonly number[]): Value {
    const units = sample.at(-1) as number;
    return o.matMul(this.#input([batch, ...sample]), this.weight(units, units));
  }

  weight(...shape: readonly Dim[]): Value {
    return this.#input(shape);
  }

  constant(...shape: readonly number[]): Value {
    return this.graph.constant(
      tensor("float32", shape, Float32Array.from({ length: sizeOf(shape) }, noise(4))),
    );
  }

  /** Compares the plan with the ONNX lowering, where it leaves nothing to that. */
  async compare(output: Value, rows: number, more = 0, tolerance = 1e-5): Promise<void> {
    const { parts } = recognize(this.graph, [output], this.inputs, everyOperator);
    expect(
      parts.flatMap((part) => (part.kind === "island" ? part.island.nodes.map(({ op }) => op) : [])),
    ).toEqual([]);
    await expectAgreement({ graph: this.graph, output, inputs: this.inputs }, rows, rows + more, tolerance);
  }

  #input(shape: Shape): Value {
    const input = this.graph.input(`i${this.inputs.length}`, "float32", shape);
    this.inputs.push(input);
    return input;
  }
}

const side = fc.integer({ min: 1, max: 7 });
const channels = fc.constantFrom(1, 2, 3, 4, 5, 8, 9, 16);
const rows = fc.record({ rows: fc.integer({ min: 1, max: 5 }), more: fc.integer({ min: 0, max: 3 }) });

describe("rare operators of the plan give what the ONNX lowering gives", () => {
  it("for normalizations of groups of any size", async () => {
    const specs = fc.record({
      height: side,
      width: side,
      groups: fc.integer({ min: 1, max: 5 }),
      each: channels,
      gamma: fc.boolean(),
      beta: fc.boolean(),
      byPlace: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(specs, rows, async ({ height, width, groups, each, gamma, beta, byPlace }, count) => {
        const net = new Net();
        const all = groups * each;
        // A single value is normalized to 0, and its gradient is noise.
        fc.pre(each * (byPlace ? 1 : height * width) > 1);
        const y = o.groupNormalization(net.samples(height, width, all), {
          gamma: gamma ? net.weight(all) : undefined,
          beta: beta ? net.weight(all) : undefined,
          ...{ epsilon: 1e-3, places: byPlace ? 1 : height * width, groups, each },
        });
        await net.compare(y, count.rows, count.more, 2e-5);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  const binary = { add: o.add, sub: o.sub, mul: o.mul, max: o.maximum, min: o.minimum };
  it("for functions of two values of other shapes", async () => {
    const specs = fc.record({
      sample: fc.tuple(side, side, channels),
      repeated: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      other: fc.constantFrom(
        "samples" as const,
        "weight" as const,
        "short weight" as const,
        "constant" as const,
      ),
      name: fc.constantFrom(...(Object.keys(binary) as (keyof typeof binary)[])),
      isFirst: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(specs, rows, async ({ sample, repeated, other, name, isFirst }, count) => {
        const net = new Net();
        const x = net.samples(...sample);
        const shape = sample.map((size, i) => (repeated[i] ? 1 : size));
        // A scalar is another operator's.
        fc.pre(sizeOf(shape) > 1 || other === "samples");
        const others = {
          samples: () => net.samples(...shape),
          weight: () => net.weight(1, ...shape),
          "short weight": () => net.weight(...shape.slice(1)),
          constant: () => net.constant(1, ...shape),
        };
        const operand = others[other]();
        await net.compare(
          isFirst ? binary[name](x, operand) : binary[name](operand, x),
          count.rows,
          count.more,
        );
      }),
      { numRuns: 120, seed: 2 },
    );
  });

  it("for quotients", async () => {
    const net = new Net();
    const [a, b] = [net.samples(4, 3, 5), net.samples(4, 1, 5)];
    // Away from 0.
    const y = o.div(o.div(a, o.add(o.square(b), 1)), o.add(o.square(net.weight(3, 5)), 1));
    expect(y.shape).toEqual(a.shape);
    await expectAgreement({ graph: net.graph, output: y, inputs: net.inputs }, 3, 4);
  });

  it("for sums and means along axes, and axes in another order", async () => {
    const specs = fc.record({
      sample: fc.tuple(side, side, channels),
      along: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      keepDims: fc.boolean(),
      reduce: fc.constantFrom(o.reduceSum, o.reduceMean),
      perm: fc.constantFrom([0, 2, 1, 3], [0, 3, 1, 2], [0, 3, 2, 1], [0, 1, 3, 2], [0, 2, 3, 1]),
    });
    await fc.assert(
      fc.asyncProperty(specs, rows, async ({ sample, along, keepDims, reduce, perm }, count) => {
        const net = new Net();
        const axes = [...along].sort((a, b) => a - b);
        const y = o.transpose(
          reduce(o.transpose(net.samples(...sample), perm), { axes, keepDims: true }),
          perm,
        );
        await net.compare(
          keepDims ? y : reduce(o.transpose(net.samples(...sample), perm), { axes }),
          count.rows,
          count.more,
        );
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it("for images in another size", async () => {
    const size = fc.integer({ min: 1, max: 9 });
    const specs = fc.record({
      from: fc.tuple(size, size, channels),
      to: fc.tuple(size, size),
      interpolation: fc.constantFrom<Interpolation>("nearest", "bilinear", "bicubic", "lanczos3"),
      antialias: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(specs, rows, async ({ from, to, interpolation, antialias }, count) => {
        const net = new Net();
        const y = resizeImages(net.samples(...from), to, { interpolation, antialias });
        await net.compare(y, count.rows, count.more);
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it("for shares that add up to 1, and their logarithms", async () => {
    await fc.assert(
      fc.asyncProperty(side, channels, fc.boolean(), rows, async (height, width, logs, count) => {
        const net = new Net();
        const x = o.mul(net.samples(height, width), 4);
        await net.compare(logs ? o.logSoftmax(x) : o.softmax(x), count.rows, count.more);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it("for sums and means over the batch, and what is made of them", async () => {
    const specs = fc.record({
      sample: fc.tuple(side, side, channels),
      along: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
      reduce: fc.constantFrom(o.reduceSum, o.reduceMean),
      use: fc.constantFrom("itself" as const, "with rows" as const, "with a count" as const),
    });
    await fc.assert(
      fc.asyncProperty(specs, rows, async ({ sample, along, reduce, use }, count) => {
        const net = new Net();
        const x = net.samples(...sample);
        const axes = [0, ...along].sort((a, b) => a - b);
        const y = reduce(o.square(x), { axes, keepDims: use === "with rows" });
        const results = {
          itself: () => o.sqrt(o.add(o.mul(y, y), 0.1)),
          "with rows": () => o.div(x, o.add(y, 1)),
          "with a count": () =>
            o.div(o.concat([o.reshape(y, [sizeOf(y.shape as number[])])], 0), o.countOf(x, axes, "float32")),
        };
        await net.compare(results[use](), count.rows, count.more);
      }),
      { numRuns: 80, seed: 6 },
    );
  });

  const comparisons = [o.greater, o.greaterOrEqual, o.less];
  it("for choices between values by comparing others", async () => {
    const shapes = ["whole", "a row", "a number each", "a weight", "a number"] as const;
    const specs = fc.record({
      sample: fc.tuple(side, side, channels),
      operands: fc.tuple(...[1, 2, 3].map(() => fc.constantFrom(...shapes))),
      compare: fc.constantFrom(...comparisons),
    });
    await fc.assert(
      fc.asyncProperty(specs, rows, async ({ sample, operands, compare }, count) => {
        const net = new Net();
        const x = net.samples(...sample);
        const make = {
          whole: () => net.samples(...sample),
          "a row": () => net.samples(1, sample[1], sample[2]),
          "a number each": () => net.samples(1, 1, 1),
          "a weight": () => net.weight(sample[2]),
          "a number": () => net.graph.scalar("float32", 0.3),
        };
        const [limit, a, b] = operands.map((name) => make[name]()) as [Value, Value, Value];
        const isAbove = compare(x, limit);
        // The gradient of a single number is a sum whose terms may nearly cancel.
        await net.compare(o.mul(x, o.where(isAbove, a, b)), count.rows, count.more, 1e-4);
      }),
      { numRuns: 80, seed: 7 },
    );
  });

  it("for class numbers, and targets given beside the network", async () => {
    const specs = fc.record({ height: side, classes: fc.integer({ min: 1, max: 20 }), isRow: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(specs, rows, async ({ height, classes, isRow }, count) => {
        const net = new Net();
        const x = net.samples(height, classes);
        const axis = isRow ? -1 : 1;
        const found = o.argMax(x, axis);
        const place = o.oneHot(found, axis === -1 ? classes : height, "float32");
        const given = net.graph.input(`i${net.inputs.length}`, "float32", [batch, height, classes]);
        net.inputs.push(given);
        const chosen = o.add(
          isRow ? o.mul(place, x) : o.mul(o.transpose(place, [0, 2, 1]), x),
          o.square(given),
        );
        await net.compare(o.mul(chosen, o.cast(o.equal(given, given), "float32")), count.rows, count.more);
      }),
      { numRuns: 40, seed: 8 },
    );
  });

  it("for entries picked along an axis, some of them several times", async () => {
    const specs = fc.record({
      sample: fc.tuple(side, side, channels),
      axis: fc.integer({ min: 1, max: 3 }),
      picks: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(specs, rows, async ({ sample, axis, picks }, count) => {
        const net = new Net();
        const places = Int32Array.from(picks, (pick) => pick % (sample[axis - 1] as number));
        const y = o.gather(net.samples(...sample), places, [places.length], axis);
        await net.compare(y, count.rows, count.more);
      }),
      { numRuns: 40, seed: 10 },
    );
  });

  it("for crossentropy of any number of classes", async () => {
    await fc.assert(
      fc.asyncProperty(side, fc.integer({ min: 1, max: 20 }), rows, async (pixels, classes, count) => {
        const net = new Net();
        const [x, y] = [net.samples(pixels, classes), net.samples(pixels, classes)];
        const logs = o.logSoftmax(o.mul(x, 4));
        await net.compare(o.neg(o.reduceSum(o.mul(y, logs), { axes: [-1] })), count.rows, count.more);
      }),
      { numRuns: 40, seed: 9 },
    );
  });

  const functions: Readonly<Record<string, (x: Value) => Value>> = {
    "a root": (x) => o.sqrt(o.add(o.square(x), 0.1)),
    "a logarithm": (x) => o.log(o.add(o.square(x), 0.01)),
    "an absolute value": o.abs,
    softplus: (x) => o.softplus(o.mul(x, 20)),
    "a sign": (x) => o.mul(x, o.sign(x)),
    "a square": (x) => o.pow(x, 2),
    "a cube": (x) => o.pow(x, 3),
    "a power": (x) => o.pow(o.add(o.square(x), 0.1), -1.3),
    "a step": (x) => o.mul(x, o.cast(o.greater(x, 0.2), "float32")),
  };
  it.each(Object.entries(functions))("for %s", async (_, apply) => {
    const net = new Net();
    await net.compare(apply(net.samples(3, 7)), 5, 1);
  });
});
