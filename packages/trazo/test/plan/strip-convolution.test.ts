import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as o from "../../src/graph/ops.js";
import { everyOperator } from "../../src/plan/operators/rare.js";
import { withStripConvolution } from "../../src/plan/operators/strip-convolution.js";
import { wholeNumbers } from "../kernels/plan-memory.js";
import type { Network } from "../lowering/compare.js";
import { computeByPlan } from "./compare-plan.js";
import { tasksOf as namesOf, pooledNetwork, type Settings } from "./pooled-network.js";

const operators = withStripConvolution(everyOperator);

const networkOf = (settings: Settings, wanted: readonly string[] = ["w", "b"]): Network =>
  pooledNetwork(settings, o.maxPool2d, wanted);
const tasksOf = (network: Network): string[] => namesOf(network, operators);

const settings: fc.Arbitrary<Settings> = fc
  .record({
    outputs: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 })),
    rest: fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })),
    channels: fc.integer({ min: 1, max: 4 }),
    filters: fc.constantFrom(1, 3, 5, 9, 12, 16, 20),
    kernel: fc.tuple(fc.constantFrom(1, 2, 3, 5), fc.constantFrom(1, 3, 4)),
    pool: fc.tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(2, 3)),
    padding: fc.constantFrom<o.Padding>("valid", "same"),
    hasBias: fc.boolean(),
    relu: fc.boolean(),
  })
  .map(({ outputs, rest, ...others }) => {
    // Sides that the pooling's windows fill, and such that leave a row or a column.
    const [height, width] = outputs.map((count, axis) => {
      const border = others.padding === "valid" ? (others.kernel[axis] as number) - 1 : 0;
      return count * (others.pool[axis] as number) + border + (rest[axis] as number);
    }) as [number, number];
    return { ...others, height, width };
  });

const first = { height: 20, width: 20, channels: 3, filters: 16, kernel: [3, 3], pool: [2, 2] } as const;
const common = { padding: "same", hasBias: true, relu: true } as const;
const together = ["convolution and max pooling"];
const apart = ["convolution", "max pooling"];

describe("the convolution that a network begins with and the max pooling behind it", () => {
  it("are computed together, with and without relu", () => {
    expect(tasksOf(networkOf({ ...first, ...common }))).toEqual(together);
    expect(tasksOf(networkOf({ ...first, ...common, relu: false, hasBias: false }))).toEqual(together);
  });

  it("are not where windows overlap or there are many channels, few filters or a gradient of the images", () => {
    expect(tasksOf(networkOf({ ...first, ...common, strides: [1, 1] }))).toEqual(apart);
    expect(tasksOf(networkOf({ ...first, ...common, channels: 5, kernel: [5, 5] }))).toEqual(apart);
    expect(tasksOf(networkOf({ ...first, ...common, filters: 8 }))).toEqual(apart);
    expect(tasksOf(networkOf({ ...first, ...common }, ["x", "w", "b"]))).toEqual(apart);
  });

  it("have exactly the values and gradients of both, one after the other, for whole numbers", () => {
    let found = 0;
    fc.assert(
      fc.property(
        settings,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(5_000, 20_000, 200_000),
        (s, rows, cache) => {
          const network = networkOf(s);
          if (tasksOf(network).length === 1) found++;
          const pooled = network.output.shape
            .slice(1)
            .reduce<number>((product, side) => product * Number(side), 1);
          const lengths: Record<string, number> = {
            x: rows * s.height * s.width * s.channels,
            w: s.kernel[0] * s.kernel[1] * s.channels * s.filters,
            b: s.filters,
            weights: rows * pooled,
          };
          const values = new Map(
            Object.entries(lengths).map(([name, length], i) => [name, wholeNumbers(length, i)]),
          );
          // Blocks of one image in many strips, or of several in few.
          const [got, wanted] = [operators, everyOperator].map((table) =>
            computeByPlan(network, rows, 5, cache, (name) => values.get(name), table),
          );
          for (const [name, tensor] of Object.entries(wanted ?? {})) {
            expect(got?.[name]?.data, name).toEqual(tensor.data);
          }
        },
      ),
      { numRuns: 80 },
    );
    expect(found).toBeGreaterThan(20);
  });
});
