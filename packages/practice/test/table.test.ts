import { describe, expect, test } from "vitest";
import { aligned } from "../src/table.js";

const lines = [
  ["technique", "val accuracy", "test loss", "notebook"],
  ["base", "98.94%", "0.0312", "99.0 at 17"],
  ["augmentation-tuned", "99.51%", "0.0168", ""],
];

describe("a table on a terminal", () => {
  test("has a row in each line where there is room", () => {
    const text = [
      "technique           val accuracy  test loss  notebook",
      "base                98.94%        0.0312     99.0 at 17",
      "augmentation-tuned  99.51%        0.0168",
    ].join("\n");
    expect(aligned(lines)).toBe(text);
    expect(aligned(lines, 55)).toBe(text);
    // A terminal that does not know its size says 0.
    expect(aligned(lines, 0)).toBe(text);
  });

  test("has what a row is about in a line of its own where it would be too wide", () => {
    expect(aligned(lines, 54)).toBe(
      [
        "technique",
        "  val accuracy  test loss  notebook",
        "base",
        "  98.94%        0.0312     99.0 at 17",
        "augmentation-tuned",
        "  99.51%        0.0168",
      ].join("\n"),
    );
  });

  test("has every figure in a line of its own on the narrowest ones", () => {
    expect(aligned(lines, 36)).toBe(
      [
        "base",
        "  val accuracy  98.94%",
        "  test loss     0.0312",
        "  notebook      99.0 at 17",
        "augmentation-tuned",
        "  val accuracy  99.51%",
        "  test loss     0.0168",
      ].join("\n"),
    );
  });
});
