import { describe, expect, it } from "vitest";
import { pictureExcess } from "../../src/data/picture-limits.js";

describe("pictureExcess", () => {
  it.each([
    ["a phone's photograph", "jpeg", { width: 4032, height: 3024, isProgressive: true }],
    ["a phone's photograph", "avif", { width: 4032, height: 3024 }],
    ["a scanned page", "png", { width: 4961, height: 7016, channels: 1 }],
    ["a long strip", "png", { width: 16_384, height: 100 }],
  ] as const)("lets %s pass as %s", (_, kind, size) => {
    expect(pictureExcess(kind, size)).toBeUndefined();
  });

  it.each([
    ["png", { width: 1, height: 49_000_000 }, /1×49000000 pixels, and at most 16384 per side/],
    ["png", { width: 30_000, height: 1600 }, /at most 16384 per side/],
    ["jpeg", { width: 10_000, height: 10_000 }, /at most 50 million/],
    ["avif", { width: 7000, height: 7000 }, /at most 15 million/],
    [
      "png",
      { width: 7000, height: 7000, channels: 4, depth: "ushort", isProgressive: true },
      /at most 22 million/,
    ],
  ] as const)("refuses a %s of %o", (kind, size, reason) => {
    expect(pictureExcess(kind, size)).toMatch(reason);
  });
});
