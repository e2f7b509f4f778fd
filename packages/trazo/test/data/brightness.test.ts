import { describe, expect, it } from "vitest";
import { divide, imageDataGenerator, type Tensor, tensor } from "../../src/index.js";
import { RandomState } from "../../src/random/mt19937.js";
import {
  largestDeviation,
  readKerasFixture,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";

interface Brightened {
  readonly brightness: number;
  readonly image: StoredTensor;
}

type Batches = readonly (readonly [StoredTensor, readonly number[]])[];

const fixture = readKerasFixture<{
  readonly pictures: StoredTensor;
  readonly wide: StoredTensor;
  readonly drawn: readonly number[];
  readonly brightened: readonly Brightened[];
  readonly brightenedWide: readonly Brightened[];
  readonly flow: Batches;
  readonly preprocessed: Batches;
}>("brightness.json");

const pictures = stored(fixture.pictures) as Tensor<"float32">;
const bytes = tensor("uint8", pictures.shape, Uint8Array.from(pictures.data));
const labels = tensor("int32", [5], [0, 1, 2, 3, 4]);
const color = {
  channelShiftRange: 40,
  horizontalFlip: true,
  rotationRange: 20,
  brightnessRange: [0.3, 1.8],
} as const;
const first = (x: Tensor<"float32">): Tensor<"float32"> => tensor("float32", [6, 7, 3], x.data.slice(0, 126));

function expectBatches(flow: Iterable<{ x: Tensor; y: Tensor }>, wanted: Batches, tolerance: number): void {
  const made = flow[Symbol.iterator]();
  for (const [x, y] of wanted) {
    const batch = made.next().value as { x: Tensor; y: Tensor };
    expect([...batch.y.data]).toEqual(y);
    expect(batch.x.shape).toEqual(x.shape);
    expect(largestDeviation(batch.x.data as Float32Array, x.data)).toBeLessThan(tolerance);
  }
}

describe("brightnessRange", () => {
  it("draws Keras's factors", () => {
    const random = new RandomState(42);
    const generator = imageDataGenerator(color);
    const drawn = fixture.drawn.map(() => generator.randomParameters(random, 6, 7).brightness);
    expect(drawn).toEqual(fixture.drawn);
  });

  it.each(fixture.brightened)("makes Keras's pixels: $brightness", ({ brightness, image }) => {
    const made = imageDataGenerator().applyTransform(first(pictures), { brightness });
    expect([...made.data]).toEqual([...image.data]);
    const divided = imageDataGenerator().applyTransform(
      divide(tensor("uint8", [6, 7, 3], bytes.data.slice(0, 126)), 255),
      { brightness },
    );
    for (const [i, value] of divided.data.entries())
      expect(value).toBeCloseTo((image.data[i] as number) / 255, 6);
  });

  it.each(fixture.brightenedWide)("does so for values beyond bytes: $brightness", ({ brightness, image }) => {
    const made = imageDataGenerator().applyTransform(stored(fixture.wide) as Tensor<"float32">, {
      brightness,
    });
    expect(largestDeviation(made.data, image.data)).toBeLessThan(1e-3);
  });

  it("refuses values from 0 to 1, of which Keras makes black", () => {
    const unit = tensor("float32", [1, 2, 1], [0.25, 1]);
    expect(() => imageDataGenerator().applyTransform(unit, { brightness: 1.2 })).toThrow(
      "for pixels from 0 to 255",
    );
  });

  it.each([[[1]], [[-1, 1]], [0.5]])("refuses the range %j", (brightnessRange) => {
    expect(() => imageDataGenerator({ brightnessRange: brightnessRange as never })).toThrow(
      "two non-negative numbers",
    );
  });
});

describe("a flow of color pictures", () => {
  it("gives Keras's batches: turned, shifted, mirrored, brightened, rescaled", () => {
    // A rounding before the brightness, which is taken of whole levels, moves a pixel by one level at most.
    expectBatches(
      imageDataGenerator({ ...color, rescale: 1 / 255 }).flow(pictures, labels, { batchSize: 3, seed: 4 }),
      fixture.flow,
      1.9 / 255,
    );
  });

  it("gives Keras's batches with a function of one's own before the standardization", () => {
    const generator = imageDataGenerator({
      preprocessingFunction(image, shape) {
        expect(shape).toEqual([6, 7, 3]);
        for (let i = 0; i < image.length; i++) image[i] = (image[i] as number) / 2 + 3;
      },
      rescale: 0.5,
      featurewiseCenter: true,
    }).fit(pictures);
    expectBatches(generator.flow(pictures, labels, { batchSize: 3, seed: 4 }), fixture.preprocessed, 1e-4);
  });
});
