import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as o from "../../src/graph/ops.js";
import { everyOperator } from "../../src/plan/operators/rare.js";
import { withTiledConvolution } from "../../src/plan/operators/tiled-convolution.js";
import { wholeNumbers } from "../kernels/plan-memory.js";
import { type Network, relativeError } from "../lowering/compare.js";
import { computeByPlan } from "./compare-plan.js";
import { tasksOf as namesOf, pooledNetwork, type Settings } from "./pooled-network.js";

const operators = withTiledConvolution(everyOperator);

const networkOf = (settings: Settings): Network => pooledNetwork(settings, o.averagePool2d);
const tasksOf = (network: Network): string[] => namesOf(network, operators);

const size = ({ padding, ...s }: Settings): readonly [number, number] =>
  padding === "same" ? [s.height, s.width] : [s.height - s.kernel[0] + 1, s.width - s.kernel[1] + 1];

const settings: fc.Arbitrary<Settings> = fc
  .record({
    outputs: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    channels: fc.integer({ min: 1, max: 4 }),
    filters: fc.integer({ min: 1, max: 9 }),
    kernel: fc.tuple(fc.constantFrom(2, 4, 5), fc.constantFrom(1, 3, 5)),
    pool: fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(2, 4)),
    padding: fc.constantFrom<o.Padding>("valid", "same"),
    hasBias: fc.boolean(),
    relu: fc.boolean(),
  })
  .map(({ outputs, ...rest }) => {
    const [height, width] = outputs.map((count, axis) => {
      const border = rest.padding === "valid" ? (rest.kernel[axis] as number) - 1 : 0;
      return count * (rest.pool[axis] as number) + border;
    }) as [number, number];
    return { ...rest, height, width };
  });

/** Means, and gradients of their sum times `weights`, as sums over everything in float64. */
function reference(s: Settings, rows: number, read: (name: string) => Float32Array) {
  const [x, w, b, weights] = ["x", "w", "b", "weights"].map(read) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [outHeight, outWidth] = size(s);
  const before = s.kernel.map((side) => (s.padding === "same" ? Math.floor((side - 1) / 2) : 0)) as [
    number,
    number,
  ];
  const [dx, dw, db] = [x, w, b].map(({ length }) => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const output = new Float64Array(weights.length);
  const share = 1 / (s.pool[0] * s.pool[1]);
  for (let n = 0; n < rows; n++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        for (let f = 0; f < s.filters; f++) {
          const pairs: [number, number][] = [];
          for (let a = 0; a < s.kernel[0]; a++) {
            for (let e = 0; e < s.kernel[1]; e++) {
              const [p, q] = [i + a - before[0], j + e - before[1]];
              if (p < 0 || q < 0 || p >= s.height || q >= s.width) continue;
              for (let c = 0; c < s.channels; c++) {
                pairs.push([
                  ((n * s.height + p) * s.width + q) * s.channels + c,
                  ((a * s.kernel[1] + e) * s.channels + c) * s.filters + f,
                ]);
              }
            }
          }
          const sum = pairs.reduce(
            (total, [u, v]) => total + (x[u] as number) * (w[v] as number),
            s.hasBias ? (b[f] as number) : 0,
          );
          const [ti, tj] = [Math.floor(i / s.pool[0]), Math.floor(j / s.pool[1])];
          const mean = ((n * (outHeight / s.pool[0]) + ti) * (outWidth / s.pool[1]) + tj) * s.filters + f;
          if (s.relu && sum <= 0) continue;
          output[mean] = (output[mean] as number) + share * sum;
          const d = share * (weights[mean] as number);
          db[f] = (db[f] as number) + d;
          for (const [u, v] of pairs) {
            dx[u] = (dx[u] as number) + d * (w[v] as number);
            dw[v] = (dw[v] as number) + d * (x[u] as number);
          }
        }
      }
    }
  }
  return { output, "gradient of x": dx, "gradient of w": dw, ...(s.hasBias && { "gradient of b": db }) };
}

describe("a convolution with few filters and the average pooling behind it", () => {
  it("are computed together: the practice's two", () => {
    const first = { height: 28, width: 28, channels: 1, filters: 6 } as const;
    const second = { height: 12, width: 12, channels: 6, filters: 16 } as const;
    for (const sizes of [first, second]) {
      const common = { kernel: [5, 5], pool: [2, 2], padding: "valid", hasBias: true, relu: true } as const;
      expect(tasksOf(networkOf({ ...sizes, ...common }))).toEqual(["convolution and average pooling"]);
    }
  });

  it("are not where there are many filters, windows overlap or leave pixels out", () => {
    const common = { kernel: [5, 5], padding: "valid", hasBias: true, relu: true } as const;
    const apart = ["convolution", "average pooling"];
    const many = { height: 12, width: 12, channels: 6, filters: 64, pool: [2, 2] } as const;
    expect(tasksOf(networkOf({ ...many, ...common }))).toEqual(apart);
    const leaving = { height: 12, width: 12, channels: 1, filters: 6, pool: [3, 3] } as const;
    expect(tasksOf(networkOf({ ...leaving, ...common }))).toEqual(apart);
    const beside = { height: 12, width: 12, channels: 1, filters: 6, pool: [2, 2] } as const;
    expect(tasksOf(networkOf({ ...beside, ...common }))).toHaveLength(1);
    expect(tasksOf(networkOf({ ...beside, ...common, strides: [1, 1] }))).toEqual(apart);
    expect(tasksOf(networkOf({ ...beside, ...common, strides: [2, 1] }))).toEqual(apart);
  });

  it("have the values and gradients of sums in float64, which are exact for whole numbers", () => {
    let together = 0;
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 5 }), (s, rows) => {
        const network = networkOf(s);
        if (tasksOf(network).length === 1) together++;
        const [height, width] = size(s);
        const lengths: Record<string, number> = {
          x: rows * s.height * s.width * s.channels,
          w: s.kernel[0] * s.kernel[1] * s.channels * s.filters,
          b: s.filters,
          weights: (rows * height * width * s.filters) / (s.pool[0] * s.pool[1]),
        };
        const values = new Map(
          Object.entries(lengths).map(([name, length], i) => [name, wholeNumbers(length, i)]),
        );
        const wanted = reference(s, rows, (name) => values.get(name) as Float32Array);
        // Blocks of few images, of which the last is smaller.
        const got = computeByPlan(network, rows, 5, 20_000, (name) => values.get(name), operators);
        for (const [name, numbers] of Object.entries(wanted)) {
          expect(relativeError(got[name]?.data ?? [], numbers), name).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
    expect(together).toBeGreaterThan(20);
  });
});
