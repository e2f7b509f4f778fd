import { divide, type Sequential, type Tensor } from "trazo";
import { describe, expect, it } from "vitest";
import { distort, distortionAmounts } from "../../src/robustness/distort.js";
import { isCurrent, measureRobustness } from "../../src/robustness/measure.js";

const side = 28;
const ink = 255;

/** Images of paper, each with one pixel of ink. */
function dots(places: readonly (readonly [row: number, column: number])[]): Tensor {
  const data = new Uint8Array(places.length * side * side);
  for (const [i, [row, column]] of places.entries()) data[i * side * side + row * side + column] = ink;
  return divide({ dtype: "uint8", shape: [places.length, side, side, 1], data }, 255);
}

/** The row and the column of an image's ink, weighted by its strength, and how much of it there is. */
function inkOf({ data }: Tensor, image: number): { row: number; column: number; sum: number } {
  const pixels = Array.from(data.slice(image * side * side, (image + 1) * side * side), Number);
  const sum = pixels.reduce((total, value) => total + value, 0);
  const mean = (place: (i: number) => number) =>
    pixels.reduce((total, value, i) => total + value * place(i), 0) / sum;
  return { row: mean((i) => Math.floor(i / side)), column: mean((i) => i % side), sum };
}

describe("distorting digits", () => {
  it("shifts a quarter of them in each direction", () => {
    const middle = [14, 14] as const;
    const shifted = distort(dots([middle, middle, middle, middle]), "shift", 4);
    const moves = [0, 1, 2, 3].map((i) => {
      const { row, column, sum } = inkOf(shifted, i);
      expect(sum).toBeCloseTo(1, 6);
      return [Math.round(row - 14), Math.round(column - 14)].join();
    });
    expect(moves.sort()).toEqual(["-4,0", "0,-4", "0,4", "4,0"]);
  });

  it("rotates them one way and the other in turn, about the middle of the image", () => {
    const center = (side - 1) / 2;
    const rotated = distort(
      dots([
        [14, 22],
        [14, 22],
      ]),
      "rotation",
      30,
    );
    const angles = [0, 1].map((i) => {
      const { row, column } = inkOf(rotated, i);
      expect(Math.hypot(row - center, column - center)).toBeCloseTo(Math.hypot(0.5, 8.5), 0);
      return (Math.atan2(row - center, column - center) * 180) / Math.PI;
    });
    const before = (Math.atan2(0.5, 8.5) * 180) / Math.PI;
    const turns = angles.map((angle) => angle - before).sort((a, b) => a - b);
    // Within what a single pixel between others can be told apart.
    for (const [i, turn] of [-30, 30].entries())
      expect(Math.abs((turns[i] as number) - turn)).toBeLessThan(4);
  });

  it("shrinks them below 1 and enlarges them above", () => {
    const block = Array.from({ length: 8 }, (_, r) => Array.from({ length: 8 }, (_, c) => [10 + r, 10 + c]));
    const data = new Uint8Array(side * side);
    for (const [row, column] of block.flat()) data[(row as number) * side + (column as number)] = ink;
    const image: Tensor = divide({ dtype: "uint8", shape: [1, side, side, 1], data }, 255);
    for (const zoom of [0.7, 1.3]) {
      const { row, column, sum } = inkOf(distort(image, "zoom", zoom), 0);
      expect(sum / 64).toBeCloseTo(zoom ** 2, 1);
      expect(Math.sign(sum - 64)).toBe(Math.sign(zoom - 1));
      expect([row, column]).toEqual([expect.closeTo(13.5, 0), expect.closeTo(13.5, 0)]);
    }
  });

  it("leaves paper where nothing was, also beside ink at the edge", () => {
    const edges = dots([
      [14, 0],
      [14, 0],
      [0, 14],
      [0, 14],
    ]);
    const shifted = distort(edges, "shift", 6);
    // Whatever left the picture left paper behind, and no streak of the ink at the edge.
    for (const i of [0, 1, 2, 3]) expect(inkOf(shifted, i).sum).toBeLessThan(1 + 1e-6);
  });
});

describe("measureRobustness", () => {
  /** Reads an image as 1 when most of its ink lies right of the middle, else as 0; remembers what it saw. */
  function reader(): { model: Sequential; seen: Tensor[] } {
    const seen: Tensor[] = [];
    const predict = async (images: Tensor): Promise<Tensor> => {
      seen.push(images);
      const count = images.shape[0] as number;
      const data = new Float32Array(count * 2);
      for (let i = 0; i < count; i++) {
        let moreAtRight = 0;
        for (let pixel = 0; pixel < side * side; pixel++) {
          const value = images.data[i * side * side + pixel] as number;
          moreAtRight += pixel % side > 13 ? value : -value;
        }
        data[i * 2 + (moreAtRight > 0 ? 1 : 0)] = 1;
      }
      return { dtype: "float32", shape: [count, 2], data };
    };
    return { model: { predict } as unknown as Sequential, seen };
  }

  const truth = (labels: readonly number[]): Tensor => ({
    dtype: "float32",
    shape: [labels.length, 2],
    data: Float32Array.from(labels.flatMap((label) => (label === 0 ? [1, 0] : [0, 1]))),
  });

  it("counts the digits read wrong at each amount", async () => {
    // Ink 3 pixels right of the middle: of every four, only the one shifted left by more than that is read wrong.
    const places = Array.from({ length: 8 }, () => [14, 16] as const);
    const yTest = truth(places.map(() => 1));
    const { model } = reader();
    const { digits, shift, rotation, zoom } = await measureRobustness(model, { xTest: dots(places), yTest });
    expect(digits).toBe(8);
    expect(shift).toEqual({ amounts: [0, 1, 2, 3, 4, 5, 6], wrong: [0, 0, 0, 2, 2, 2, 2] });
    expect(rotation).toEqual({ amounts: distortionAmounts.rotation, wrong: new Array(10).fill(0) });
    expect(zoom.wrong).toEqual(new Array(7).fill(0));
  });

  it("takes 1,000 digits from all over the test images, and each only with its own label", async () => {
    const labels = Array.from({ length: 2500 }, (_, i) => Math.floor(i / 7) % 2);
    const places = labels.map((label) => [14, label === 1 ? 24 : 3] as const);
    const { model, seen } = reader();
    const measured = await measureRobustness(model, { xTest: dots(places), yTest: truth(labels) });
    expect(measured.digits).toBe(1000);
    expect(seen[0]?.shape).toEqual([1000, side, side, 1]);
    expect(measured.shift.wrong[0]).toBe(0);
    expect(measured.zoom.wrong[3]).toBe(0);
    // As they are only once, although three curves have them.
    expect(seen).toHaveLength(1 + 6 + 9 + 6);
  });

  it("does not change the test images, and measures the same again", async () => {
    const places = Array.from({ length: 20 }, (_, i) => [14, 5 + i] as const);
    const [xTest, yTest] = [dots(places), truth(places.map((_, i) => i % 2))];
    const before = xTest.data.slice();
    const first = await measureRobustness(reader().model, { xTest, yTest });
    expect(await measureRobustness(reader().model, { xTest, yTest })).toEqual(first);
    expect(xTest.data).toEqual(before);
  });

  it("knows figures that were measured in another way", async () => {
    const places = [[14, 16] as const];
    const measured = await measureRobustness(reader().model, { xTest: dots(places), yTest: truth([1]) });
    expect(isCurrent(measured, 1)).toBe(true);
    expect(isCurrent(measured, 1000)).toBe(false);
    expect(isCurrent({ ...measured, shift: { amounts: [0, 2], wrong: [0, 0] } }, 1)).toBe(false);
  });
});
