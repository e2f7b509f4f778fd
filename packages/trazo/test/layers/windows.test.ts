import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layers, sequential, type Tensor, TrazoError, tensor } from "../../src/index.js";
import { noise } from "../model/tiny.js";
import { along, apply, slide, type Window } from "./reference.js";

const lowerings = ["direct", "tiledGemm"] as const;

const close = (found: Tensor<"float32">, wanted: Tensor<"float32">): void => {
  expect(found.shape).toEqual(wanted.shape);
  const worst = Math.max(...wanted.data.map((value, i) => Math.abs(value - (found.data[i] as number))));
  expect(worst).toBeLessThan(1e-5);
};

const size = fc.integer({ min: 1, max: 3 });
const pair = fc.tuple(size, size);
const anyWindow = fc.record({
  size: pair,
  strides: pair,
  dilation: fc.constant([1, 1] as [number, number]),
  padding: fc.constantFrom("valid" as const, "same" as const),
});
const dilated = anyWindow.chain((window) =>
  fc.tuple(fc.boolean(), pair).map(([dilates, dilation]) =>
    // Keras allows one of the two only.
    dilates ? { ...window, strides: [1, 1] as [number, number], dilation } : window,
  ),
);

describe.each(lowerings)("lowered by %s", (lowering) => {
  it("conv2d is the sum over its window that Keras takes", async () => {
    await fc.assert(
      fc.asyncProperty(
        dilated,
        size,
        size,
        fc.integer({ min: 5, max: 8 }),
        async (window, depth, filters, height) => {
          const x = tensor("float32", [2, height, 7, depth], noise(2 * height * 7 * depth));
          const kernel = noise(window.size[0] * window.size[1] * depth * filters, 2);
          const bias = noise(filters, 3);
          fc.pre(along(height, window, 0).count > 0 && along(7, window, 1).count > 0);
          const layer = layers.conv2d({
            filters,
            kernelSize: window.size,
            strides: window.strides,
            dilationRate: window.dilation,
            padding: window.padding,
          });
          const wanted = slide(x, window, filters, (pixels, filter) =>
            pixels.reduce((sum, { value, at }) => {
              for (let channel = 0; channel < depth; channel++) {
                sum += value(channel) * (kernel[(at * depth + channel) * filters + filter] as number);
              }
              return sum;
            }, bias[filter] as number),
          );
          close(await apply(layer, x, [kernel, bias], lowering), wanted);
        },
      ),
      { numRuns: 25, seed: 1 },
    );
  });

  it("pooling takes the mean and the maximum of a window's real pixels", async () => {
    await fc.assert(
      fc.asyncProperty(anyWindow, size, fc.integer({ min: 3, max: 8 }), async (window, depth, height) => {
        // All below 0, so that a padding of 0 would be a maximum.
        const values = noise(2 * height * 6 * depth).map((value) => value - 2);
        const x = tensor("float32", [2, height, 6, depth], values);
        const options = { poolSize: window.size, strides: window.strides, padding: window.padding };
        const mean = slide(x, window, depth, (pixels, channel) =>
          pixels.reduce((sum, { value }) => sum + value(channel) / pixels.length, 0),
        );
        const largest = slide(x, window, depth, (pixels, channel) =>
          Math.max(...pixels.map(({ value }) => value(channel))),
        );
        close(await apply(layers.averagePooling2d(options), x, [], lowering), mean);
        close(await apply(layers.maxPooling2d(options), x, [], lowering), largest);
      }),
      { numRuns: 20, seed: 2 },
    );
  });
});

describe("defaults of windows", () => {
  it("are Keras's: stride 1 for a convolution, windows side by side for pooling, no padding", () => {
    const shape = (layer: ReturnType<typeof layers.conv2d>) =>
      sequential([layers.input({ shape: [9, 7, 2] }), layer]).outputShape.slice(1);
    expect(shape(layers.conv2d({ filters: 4, kernelSize: 3 }))).toEqual([7, 5, 4]);
    expect(shape(layers.conv2d({ filters: 4, kernelSize: [3, 1] }))).toEqual([7, 7, 4]);
    expect(shape(layers.maxPooling2d())).toEqual([4, 3, 2]);
    expect(shape(layers.averagePooling2d({ poolSize: 3 }))).toEqual([3, 2, 2]);
    expect(shape(layers.averagePooling2d({ poolSize: 3, strides: 1 }))).toEqual([7, 5, 2]);
    expect(shape(layers.globalAveragePooling2d())).toEqual([2]);
    expect(shape(layers.globalAveragePooling2d({ keepDims: true }))).toEqual([1, 1, 2]);
  });

  it("give kernels Glorot's uniform distribution and biases 0", () => {
    const model = sequential([layers.conv2d({ filters: 6, kernelSize: 5, inputShape: [28, 28, 1] })], {
      seed: 1,
    });
    const [kernel, bias] = model.getWeights() as [Float32Array, Float32Array];
    const limit = Math.sqrt(6 / 175);
    const largest = Math.max(...kernel.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(limit);
    expect(largest).toBeGreaterThan(0.9 * limit);
    expect([...bias]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("follow Keras's formula for shapes, also where the window only just fits", () => {
    const side = fc.integer({ min: 1, max: 12 });
    const wide: fc.Arbitrary<Window> = fc.record({
      size: fc.tuple(side, side),
      strides: pair,
      dilation: fc.constant([1, 1] as [number, number]),
      padding: fc.constantFrom("valid" as const, "same" as const),
    });
    fc.assert(
      fc.property(wide, side, side, (window, height, width) => {
        const build = () =>
          sequential([
            layers.input({ shape: [height, width, 1] }),
            layers.conv2d({
              filters: 2,
              kernelSize: window.size as [number, number],
              strides: window.strides as [number, number],
              padding: window.padding,
            }),
          ]);
        const counts = [along(height, window, 0).count, along(width, window, 1).count];
        if (counts.some((count) => count < 1)) expect(build).toThrow(TrazoError);
        else expect(build().outputShape.slice(1)).toEqual([...counts, 2]);
      }),
    );
  });
});
