import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordLength } from "../../src/data/augmentation/image-recipe.js";
import { divide, type ImageDataGenerator, imageDataGenerator, type Tensor, tensor } from "../../src/index.js";
import {
  compileInputKernels,
  fillNumbers,
  imageScratch,
  maskScratch,
  valuesOfWord,
} from "../../src/kernels/input-kernels.js";
import { createKernels } from "../../src/kernels/kernels.js";
import { RandomState } from "../../src/random/mt19937.js";
import { fractions, kernelsOf, onMemoryOf, seeds } from "./plan-memory.js";

const kernels = kernelsOf(compileInputKernels());

/** Two images of a batch by the kernel. */
function sampled(generator: ImageDataGenerator, x: Tensor, seed: number): Float32Array {
  const [rows = 0, height = 0, width = 0, channels = 0] = x.shape;
  const size = { height, width, channels };
  const variation = generator.byRecipe;
  if (!variation) throw new Error("There is no recipe.");
  const { recipe } = variation;
  const { order, fillMode, cval, rescale } = recipe;
  const arrays = {
    source: x.data as Float32Array | Uint8Array,
    records: variation.draw(rows, size, new RandomState(seed)).records(),
    splines: variation.splines(size),
    scratch: new Float32Array(imageScratch(height, width, channels) / 4),
    y: new Float32Array(x.data.length),
  };
  const isBytes = Number(x.dtype === "uint8");
  const result = onMemoryOf(kernels, arrays, (call, at) =>
    call.sampleImages?.(
      ...[at.source, isBytes, at.records, recordLength(recipe)],
      ...[rows, height, width, channels],
      ...[order, fillNumbers[fillMode], cval, x.divisor ?? 1, rescale],
      ...[at.splines, at.scratch, at.y],
    ),
  );
  return result.y;
}

const bits = (values: Float32Array): Uint32Array => new Uint32Array(values.slice().buffer);

describe("sampleImages", () => {
  const options = fc.record({
    rotationRange: fc.constantFrom(0, 30, 180),
    widthShiftRange: fc.constantFrom(0, 0.4, 3),
    shearRange: fc.constantFrom(0, 20),
    zoomRange: fc.constantFrom(0, 0.5),
    elasticRange: fc.constantFrom(0, 0, 2.5),
    horizontalFlip: fc.boolean(),
    verticalFlip: fc.boolean(),
    fillMode: fc.constantFrom("nearest", "nearest", "constant", "reflect", "wrap"),
    interpolationOrder: fc.constantFrom(1, 1, 0),
    cval: fc.constantFrom(0, 0.3),
    rescale: fc.constantFrom(0, 1, 1 / 255),
  });
  const side = fc.integer({ min: 1, max: 11 });
  const images = fc.record({
    height: side,
    width: side,
    channels: fc.constantFrom(1, 1, 2, 3, 3, 4, 5),
    isBytes: fc.boolean(),
    divisor: fc.constantFrom(1, 255),
    seed: seeds,
  });

  it("makes the very bits that JavaScript makes, whatever the options", () => {
    fc.assert(
      fc.property(options, images, (given, { height, width, channels, isBytes, divisor, seed }) => {
        const generator = imageDataGenerator(given as object);
        const shape = [2, height, width, channels];
        const values = fractions(2 * height * width * channels, seed);
        const x = isBytes
          ? tensor(
              "uint8",
              shape,
              Uint8Array.from(values, (value) => 127 * (value + 1)),
            )
          : tensor("float32", shape, values);
        const shown = divisor === 1 ? x : divide(x, divisor);
        const wanted = new Float32Array(values.length);
        generator.writeBatch(shown, [0, 1], new RandomState(seed), wanted);
        expect(bits(sampled(generator, shown, seed))).toEqual(bits(wanted));
      }),
      { numRuns: 400 },
    );
  });

  it("leaves images as they are, and divides them, where nothing is drawn", () => {
    const x = divide(tensor("uint8", [1, 3, 3, 1], [0, 1, 2, 3, 4, 5, 6, 7, 255]), 255);
    const generator = imageDataGenerator({ elasticRange: 0 });
    expect(sampled(generator, x, 1)).toEqual(Float32Array.from(x.data as Uint8Array, (value) => value / 255));
  });
});

describe("maskPart", () => {
  const cases = fc.record({
    first: fc.integer({ min: 0, max: 200 }),
    count: fc.integer({ min: 1, max: 150 }),
    rate: fc.constantFrom(0, 0.25, 0.5, 1),
    seed: seeds,
  });

  it("writes a part of the mask that is drawn as a whole", async () => {
    const whole = await createKernels(4 * 512);
    const at = whole.allocate(4 * 352);
    fc.assert(
      fc.property(cases, ({ first, count, rate, seed }) => {
        whole.dropoutMask(at, 352, rate, seed, 7);
        const arrays = {
          words: Int32Array.of(seed, 7),
          scratch: new Float32Array(maskScratch / 4),
          y: new Float32Array(count),
        };
        const { y } = onMemoryOf(kernels, arrays, (call, { words, scratch, y }) =>
          call.maskPart?.(words, rate, first, count, scratch, y),
        );
        expect(bits(y)).toEqual(bits(whole.float32(at + 4 * first, count)));
      }),
      { numRuns: 200 },
    );
  });
});

describe("dropValues", () => {
  const cases = fc.record({
    first: fc.integer({ min: 0, max: 5 }),
    words: fc.integer({ min: 1, max: 5 }),
    rate: fc.constantFrom(0, 0.25, 0.5, 1),
    seed: seeds,
  });

  it("multiplies by the mask that is drawn as a whole, forwards and back", async () => {
    const whole = await createKernels(4 * 512);
    const at = whole.allocate(4 * 352);
    fc.assert(
      fc.property(cases, ({ first, words, rate, seed }) => {
        whole.dropoutMask(at, 352, rate, seed, 7);
        const count = words * valuesOfWord;
        const mask = whole.float32(at + 4 * first * valuesOfWord, count);
        const [x, dy] = [fractions(count, seed), fractions(count, seed + 1)];
        const arrays = {
          ...{ seed: Int32Array.of(seed, 7), x, dy },
          scratch: new Float32Array(maskScratch / 4),
          bits: new Int32Array(words),
          ...{ y: new Float32Array(count), dx: new Float32Array(count) },
        };
        const got = onMemoryOf(kernels, arrays, (call, at) => {
          call.dropValues?.(at.seed, rate, first * valuesOfWord, ...[count, at.x, at.scratch, at.bits, at.y]);
          call.dropValuesAdjoint?.(at.bits, rate, count, at.dy, at.dx);
        });
        expect(bits(got.y)).toEqual(bits(x.map((value, i) => value * (mask[i] as number))));
        expect(bits(got.dx)).toEqual(bits(dy.map((value, i) => value * (mask[i] as number))));
      }),
      { numRuns: 200 },
    );
  });
});
