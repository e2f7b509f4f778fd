import { describe, expect, it } from "vitest";
import {
  cutMix,
  type Dataset,
  mixUp,
  randomErasing,
  tensor,
  tensorDataset,
  toCategorical,
} from "../../src/index.js";

const count = 40;
/** Every pixel of picture i is i + 1; its target is one-hot row i. */
const x = tensor(
  "float32",
  [count, 8, 10, 2],
  Float32Array.from({ length: count * 160 }, (_, i) => Math.floor(i / 160) + 1),
);
const y = toCategorical([...Array(count).keys()]);
const plain = tensorDataset(x, y);

async function batch(dataset: Dataset, seed = 3): Promise<{ x: Float32Array; y: Float32Array }> {
  const into = {
    x: new Float32Array(count * 160),
    y: new Float32Array(count * count),
    sampleWeight: new Float32Array(count),
  };
  await dataset.read(
    Int32Array.from({ length: count }, (_, i) => i),
    into,
    { seed },
  );
  return into;
}

const row = (values: Float32Array, i: number): number[] => [
  ...values.subarray((i * values.length) / count, ((i + 1) * values.length) / count),
];
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const expected = (target: readonly number[]): number =>
  target.reduce((sum, share, i) => sum + share * (i + 1), 0);

describe.each([
  ["mixUp", mixUp, 0.2],
  ["cutMix", cutMix, 1],
] as const)("%s", (_, mix, alpha) => {
  it("mixes targets as it mixes pictures", async () => {
    const mixed = await batch(mix(plain));
    let changed = 0;
    for (let i = 0; i < count; i++) {
      const target = row(mixed.y, i);
      expect(target.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(mean(row(mixed.x, i))).toBeCloseTo(expected(target), 3);
      if ((target[i] as number) < 0.999) changed += 1;
    }
    expect(changed).toBeGreaterThan(count / 4);
  });

  it("draws the same from the same seed, and leaves the data alone", async () => {
    expect(await batch(mix(plain, { alpha }))).toEqual(await batch(mix(plain)));
    expect(await batch(mix(plain), 4)).not.toEqual(await batch(mix(plain)));
    expect(await batch(plain)).toMatchObject({ x: x.data, y: y.data });
  });

  it("mixes more the larger alpha is", async () => {
    const kept = async (alpha: number): Promise<number> => {
      const { y } = await batch(mix(plain, { alpha }));
      return mean(Array.from({ length: count }, (_, i) => Math.abs(2 * (row(y, i)[i] as number) - 1)));
    };
    expect(await kept(0.05)).toBeGreaterThan(await kept(50));
  });

  it("refuses class numbers and wrong options", () => {
    const numbered = tensorDataset(x, tensor("int32", [count], new Int32Array(count)));
    expect(() => mix(numbered)).toThrow(/mixes targets, which have to be float32.*but they are int32/);
    expect(() => mix(plain, { alpha: 0 })).toThrow("alpha must be a positive number");
  });
});

describe("cutMix", () => {
  it("puts a rectangle of another picture in", async () => {
    const { x } = await batch(cutMix(plain));
    for (let i = 0; i < count; i++) {
      const pixels = row(x, i);
      const foreign = pixels.flatMap((value, k) => (value === i + 1 ? [] : [k >> 1]));
      const [lines, places] = [foreign.map((k) => Math.floor(k / 10)), foreign.map((k) => k % 10)];
      const area =
        foreign.length &&
        (Math.max(...lines) - Math.min(...lines) + 1) * (Math.max(...places) - Math.min(...places) + 1);
      expect(foreign.length).toBe(2 * area);
    }
  });

  it("refuses samples that are not pictures", () => {
    expect(() => cutMix(tensorDataset(tensor("float32", [2, 3], [1, 2, 3, 4, 5, 6])))).toThrow(
      "takes pictures of shape",
    );
  });
});

describe("randomErasing", () => {
  it("erases a rectangle of the wanted area in some of the pictures, and leaves targets alone", async () => {
    const erased = await batch(randomErasing(plain, { probability: 0.5, area: [0.1, 0.4], fill: -7 }));
    expect(erased.y).toEqual(y.data);
    const shares = Array.from({ length: count }, (_, i) =>
      mean(row(erased.x, i).map((value) => Number(value === -7))),
    );
    const touched = shares.filter((share) => share > 0);
    expect(touched.length).toBeGreaterThan(count / 5);
    expect(touched.length).toBeLessThan((4 * count) / 5);
    for (const share of touched) {
      expect(share).toBeGreaterThan(0.04);
      expect(share).toBeLessThan(0.5);
    }
  });

  it("erases all or none where it is told to, with noise too", async () => {
    expect((await batch(randomErasing(plain, { probability: 0 }))).x).toEqual(x.data);
    const { x: noisy } = await batch(randomErasing(plain, { probability: 1, fill: "noise" }));
    for (let i = 0; i < count; i++) expect(new Set(row(noisy, i)).size).toBeGreaterThan(1);
  });

  it("refuses wrong options", () => {
    expect(() => randomErasing(plain, { probability: 2 })).toThrow("probability must be from 0 to 1");
    expect(() => randomErasing(plain, { area: [0, 1] })).toThrow("area must be two shares");
  });
});
