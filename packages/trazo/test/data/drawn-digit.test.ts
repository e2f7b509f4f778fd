import { describe, expect, it } from "vitest";
import { drawnDigit, tensor } from "../../src/index.js";

function bar(side: number, left: number): Uint8Array {
  const paper = new Uint8Array(side * side).fill(255);
  for (let y = side * 0.1; y < side * 0.6; y++) paper.fill(0, side * y + left, side * y + left + side / 10);
  return paper;
}

describe("drawnDigit", () => {
  it("centers the ink and makes it 20 pixels high, wherever and however large it was drawn", () => {
    for (const [side, left] of [
      [100, 10],
      [100, 80],
      [200, 40],
    ] as const) {
      const { shape, data } = drawnDigit(tensor("uint8", [side, side], bar(side, left)));
      expect(shape).toEqual([28, 28, 1]);
      const rows = Array.from({ length: 28 }, (_, y) => Math.max(...data.subarray(28 * y, 28 * y + 28)));
      const inked = rows.flatMap((most, y) => (most > 128 ? [y] : []));
      expect([inked.length, inked[0]]).toEqual([20, 5]);
      expect(data[14 * 28 + 14]).toBeGreaterThan(200);
      expect(data[0]).toBe(0);
    }
  });

  it("says that nothing was drawn, and what it takes", () => {
    expect(() => drawnDigit(tensor("uint8", [50, 50], new Uint8Array(2500).fill(255)))).toThrow(
      /The drawing shows nothing/,
    );
    expect(() => drawnDigit(tensor("uint8", [10, 10], new Uint8Array(100)))).toThrow(/\[10, 10\]/);
    expect(() => drawnDigit(tensor("uint8", [28, 28, 1], new Uint8Array(784)))).toThrow(/\[28, 28, 1\]/);
  });
});
