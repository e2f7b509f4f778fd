import fc from "fast-check";
import { describe, it } from "vitest";
import { activationNumbers } from "../../src/kernels/plan-kernels.js";
import {
  channelCounts,
  eachPair,
  expectSame,
  type Geometry,
  geometries,
  inputPixels,
  onMemory,
  outputPixels,
  read,
  seeds,
  wholeNumbers,
  windowNumbers,
} from "./plan-memory.js";

const three = (stride: number) => (size: number) => ({
  size,
  kernel: 3,
  stride,
  dilation: 1,
  before: 1,
  out: Math.floor((size - 1) / stride) + 1,
});
/** The usual window, over images with an inside. */
const threes: fc.Arbitrary<Geometry> = fc.constantFrom(1, 2).chain((stride) =>
  fc.record({
    rows: fc.integer({ min: 1, max: 2 }),
    channels: channelCounts,
    down: fc.integer({ min: 1, max: 7 }).map(three(stride)),
    across: fc.integer({ min: 1, max: 40 }).map(three(stride)),
  }),
);
const cases = fc.record({ g: fc.oneof(geometries, threes), seed: seeds });
const weightCount = ({ down, across, channels }: Geometry): number => down.kernel * across.kernel * channels;

describe("depthwise convolution", () => {
  it("weights each channel by a kernel of its own, with bias and activation", () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom("none", "relu", "relu6"),
        fc.boolean(),
        ({ g, seed }, activation, hasBias) => {
          const x = wholeNumbers(inputPixels(g) * g.channels, seed);
          const weights = wholeNumbers(weightCount(g), seed + 1);
          const bias = wholeNumbers(g.channels, seed + 2);
          const y = new Float32Array(outputPixels(g) * g.channels).fill(77);
          const result = onMemory({ x, weights, bias, y }, (kernels, at) =>
            kernels.depthwise(
              at.x,
              ...windowNumbers(g),
              at.weights,
              hasBias ? at.bias : 0,
              activationNumbers[activation],
              at.y,
            ),
          );
          const expected = y.map((_, i) => (hasBias ? read(bias, i % g.channels) : 0));
          eachPair(g, (output, input, place) => {
            if (input === undefined) return;
            for (let c = 0; c < g.channels; c++) {
              const to = output * g.channels + c;
              const product = read(x, input * g.channels + c) * read(weights, place * g.channels + c);
              expected[to] = read(expected, to) + product;
            }
          });
          const high = activation === "relu6" ? 6 : Number.POSITIVE_INFINITY;
          expectSame(
            result.y,
            activation === "none" ? expected : expected.map((value) => Math.min(Math.max(value, 0), high)),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it("gives back the gradients of its input and of its weights", () => {
    fc.assert(
      fc.property(cases, ({ g, seed }) => {
        const x = wholeNumbers(inputPixels(g) * g.channels, seed);
        const weights = wholeNumbers(weightCount(g), seed + 1);
        const dy = wholeNumbers(outputPixels(g) * g.channels, seed + 2);
        const dw = wholeNumbers(weightCount(g), seed + 3);
        const input = onMemory({ dy, weights, dx: new Float32Array(x.length).fill(77) }, (kernels, at) =>
          kernels.depthwiseInputAdjoint(at.dy, ...windowNumbers(g), at.weights, at.dx),
        );
        const kernel = onMemory({ x, dy, dw }, (kernels, at) =>
          kernels.depthwiseKernelAdjoint(at.x, ...windowNumbers(g), at.dy, at.dw),
        );
        const [dx, sums] = [new Float32Array(x.length), dw.slice()];
        eachPair(g, (output, pixel, place) => {
          if (pixel === undefined) return;
          for (let c = 0; c < g.channels; c++) {
            const gradient = read(dy, output * g.channels + c);
            const [from, weight] = [pixel * g.channels + c, place * g.channels + c];
            dx[from] = read(dx, from) + gradient * read(weights, weight);
            sums[weight] = read(sums, weight) + gradient * read(x, from);
          }
        });
        expectSame(input.dx, dx);
        expectSame(kernel.dw, sums);
      }),
      { numRuns: 150 },
    );
  });
});
