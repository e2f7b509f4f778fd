import { describe, expect, it } from "vitest";
import { layers, sequential } from "../../src/index.js";

const model = sequential([
  layers.conv2d({ filters: 6, kernelSize: 5, inputShape: [28, 28, 1] }),
  layers.averagePooling2d({ name: "average_pooling_of_the_first_features" }),
  layers.flatten(),
]);

const linesOf = (lineLength?: number): string[] => model.summary({ print: () => {}, lineLength }).split("\n");
const widest = (lines: readonly string[]): number =>
  lines.reduce((most, { length }) => Math.max(most, length), 0);

describe("a summary for a narrow terminal", () => {
  it("has a layer's type below its name, and every number as before", () => {
    expect(widest(linesOf())).toBeGreaterThan(70);
    const narrow = linesOf(70);
    expect(widest(narrow)).toBeLessThanOrEqual(70);
    const at = narrow.findIndex((line) => line.startsWith("average_pooling_of_the_first_features "));
    expect(narrow[at]).toMatch(/\(None, 12, 12, 6\) +0$/);
    expect(narrow[at + 1]).toBe("  (AveragePooling2D)");
  });

  it("is the wide one where that fits", () => {
    expect(linesOf(500)).toEqual(linesOf());
  });
});
