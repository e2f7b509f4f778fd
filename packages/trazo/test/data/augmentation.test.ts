import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  divide,
  type FlowOptions,
  type ImageDataGeneratorOptions,
  type ImageTransform,
  imageDataGenerator,
  TrazoError,
  tensor,
  tensorDataset,
} from "../../src/index.js";
import { RandomState } from "../../src/random/mt19937.js";
import {
  largestDeviation,
  readKerasFixture,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";

interface Fixture {
  readonly parameters: readonly {
    readonly options: ImageDataGeneratorOptions;
    readonly drawn: readonly ImageTransform[];
  }[];
  readonly images: {
    readonly transforms: readonly ImageTransform[];
    readonly cases: readonly {
      readonly options: ImageDataGeneratorOptions;
      readonly image: StoredTensor;
      readonly made: readonly (readonly number[])[];
    }[];
  };
  readonly flows: {
    readonly x: StoredTensor;
    readonly y: StoredTensor;
    readonly cases: readonly {
      readonly options: ImageDataGeneratorOptions;
      readonly flow: FlowOptions;
      readonly length: number;
      readonly batches: readonly (readonly StoredTensor[])[];
    }[];
  };
}

const fixture = readKerasFixture<Fixture>("augmentation.json");
const practice = { rotationRange: 30, widthShiftRange: 0.1, heightShiftRange: 0.1, zoomRange: 0.2 };
const picture = tensor(
  "uint8",
  [5, 5, 1],
  Uint8Array.from({ length: 25 }, (_, i) => 10 * i),
);

describe("parameters", () => {
  it.each(fixture.parameters)("are drawn as Keras draws them: $options", ({ options, drawn }) => {
    const generator = imageDataGenerator(options);
    const random = new RandomState(42);
    for (const wanted of drawn) {
      const { channelShiftIntensity, ...got } = generator.randomParameters(random, 28, 20);
      const { channelShiftIntensity: wantedShift, ...rest } = wanted;
      expect(got).toEqual(rest);
      expect(channelShiftIntensity).toBe(wantedShift);
    }
  });
});

describe("pixels", () => {
  it.each(fixture.images.cases)("are Keras's: $options, $image.shape", ({ options, image, made }) => {
    const generator = imageDataGenerator(options);
    for (const [i, transform] of fixture.images.transforms.entries()) {
      const got = generator.applyTransform(stored(image), transform).data;
      const deviation = largestDeviation(got, made[i] as number[]);
      expect(deviation, JSON.stringify(transform)).toBeLessThan(1e-6);
    }
  });

  it("come from stored bytes as from floats", () => {
    const generator = imageDataGenerator();
    const floats = tensor(
      "float32",
      picture.shape,
      Float32Array.from(picture.data, (value) => value / 255),
    );
    const transform = { theta: 33, tx: 1.2, zy: 0.8 };
    const fromBytes = generator.applyTransform(divide(picture, 255), transform).data;
    expect(largestDeviation(fromBytes, generator.applyTransform(floats, transform).data)).toBeLessThan(1e-6);
  });

  it("stay within the image's range whatever the transform", () => {
    const angle = fc.double({ min: -720, max: 720, noNaN: true });
    const shift = fc.double({ min: -50, max: 50, noNaN: true });
    const zoom = fc.double({ min: 0.05, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom("nearest" as const, "reflect" as const, "wrap" as const),
        fc.record({ theta: angle, tx: shift, ty: shift, shear: angle, zx: zoom, zy: zoom }),
        (fillMode, transform) => {
          const { data } = imageDataGenerator({ fillMode }).applyTransform(picture, transform);
          expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
          expect(Math.max(...data)).toBeLessThanOrEqual(240);
        },
      ),
    );
  });
});

describe("flow", () => {
  const [x, y] = [stored(fixture.flows.x), stored(fixture.flows.y)];

  it.each(fixture.flows.cases)("gives Keras's batches: $options $flow", (wanted) => {
    const generator = imageDataGenerator(wanted.options);
    if (wanted.options.featurewiseStdNormalization) generator.fit(x);
    const flow = generator.flow(x, y, wanted.flow);
    expect(flow.length).toBe(wanted.length);
    for (const [images, targets, weights] of wanted.batches) {
      const batch = flow.next();
      expect(batch.x.shape).toEqual(images?.shape);
      expect(largestDeviation(batch.x.data, images?.data ?? [])).toBeLessThan(2e-5);
      expect([...(batch.y.data as Float32Array)]).toEqual(targets?.data);
      expect(largestDeviation(batch.sampleWeight?.data ?? [], weights?.data ?? [])).toBeLessThan(1e-7);
    }
  });

  it("gives batches for as long as one asks", () => {
    const flow = imageDataGenerator(practice).flow(x, y, { batchSize: 4 });
    const sizes = [];
    for (const batch of flow) {
      sizes.push(batch.x.shape[0]);
      if (sizes.length === 7) break;
    }
    expect(sizes).toEqual([4, 4, 2, 4, 4, 2, 4]);
  });

  it("without a seed draws again", () => {
    const generator = imageDataGenerator(practice);
    const first = (): Float32Array => generator.flow(x, y, { shuffle: false }).next().x.data;
    expect(first()).not.toEqual(first());
  });
});

describe("refuses", () => {
  const [x, y] = [stored(fixture.flows.x), stored(fixture.flows.y)];
  it.each([
    ["options that do not exist", () => imageDataGenerator({ zcaWhite: true } as object), "zcaWhite"],
    ["misspelled options", () => imageDataGenerator({ rotation_range: 3 } as object), "rotationRange"],
    ["fill modes that do not exist", () => imageDataGenerator({ fillMode: "mirror" as "wrap" }), "mirror"],
    ["interpolation by splines", () => imageDataGenerator({ interpolationOrder: 3 as 1 }), "bilinear"],
    ["a zoom of nothing", () => imageDataGenerator({ zoomRange: 1 }), "zoomRange"],
    ["NaN", () => imageDataGenerator({ rotationRange: Number.NaN }), "rotationRange"],
    ["an empty list of shifts", () => imageDataGenerator({ widthShiftRange: [] }), "widthShiftRange"],
    ["images without channels", () => imageDataGenerator().flow({ ...x, shape: [10, 6, 5] }, y), "channels"],
    ["targets of another number", () => imageDataGenerator().flow(x, { ...y, shape: [5, 2] }), "5 targets"],
    [
      "sample weights in a tensor",
      () => imageDataGenerator().flow(x, y, { sampleWeight: y as never }),
      /^flow: sampleWeight must be a list or typed array/,
    ],
    [
      "sample weights of a dataset in a tensor",
      () => tensorDataset(x, y, y as never),
      /^tensorDataset: sampleWeight must be a list or typed array/,
    ],
    [
      "subsets without a split",
      () => imageDataGenerator().flow(x, y, { subset: "training" }),
      "validationSplit",
    ],
    [
      "standardizing by features unseen",
      () => imageDataGenerator({ featurewiseCenter: true }).flow(x, y).next(),
      "generator.fit",
    ],
  ])("%s", (_what, attempt, told) => {
    expect(attempt).toThrow(TrazoError);
    expect(attempt).toThrow(told);
  });
});
