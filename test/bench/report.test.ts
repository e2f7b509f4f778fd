import { describe, expect, it } from "vitest";
import { adamBytes, baseModelFlopsPerImage, floorMs, productsMs } from "../../bench/floor.js";
import { formatReport, formatTable, type Report } from "../../bench/report.js";
import { summarize } from "../../bench/stats.js";

const report: Report = {
  date: "2026-01-01T00:00:00.000Z",
  machine: {
    cpu: "A processor",
    cores: 2,
    memoryGiB: 8,
    platform: "linux-x64",
    node: "20.19.0",
    packages: { "onnxruntime-node": "1.30.0" },
    loadBefore: 0.5,
  },
  batchSize: 128,
  gemmPeak: [{ threads: 2, size: 2048, gflops: 200, bestGflops: 210 }],
  bytesPerSecond: 10e9,
  epoch: { stepsSeconds: 4, epochSeconds: 4.4, ratio: 1.1 },
  rows: [
    { name: "slow one", version: "1.0", threads: 2, step: summarize([20, 20, 20]) },
    { name: "absent one", note: "not installed (spawn ENOENT)" },
    { name: "fast one", version: "2.0", threads: 2, step: summarize([10, 10, 10]) },
  ],
};

describe("formatReport", () => {
  it("ranks from fast to slow, with rates and ratios, and names what is missing", () => {
    const lines = formatReport(report).split("\n");
    const fast = lines.findIndex((line) => line.startsWith("fast one"));
    const slow = lines.findIndex((line) => line.startsWith("slow one"));
    expect(fast).toBeLessThan(slow);
    expect(lines[fast]?.split(/\s{2,}/)).toEqual([
      "fast one",
      "2",
      "10.00",
      "10.0-10.0",
      "10.00",
      "12800",
      "1.00",
      // The floor is 5.60 ms of products and 3.71 ms of memory traffic.
      "1.07",
      "2.0",
    ]);
    expect(lines[slow]).toMatch(/ 6400 +2\.00 /);
    expect(lines).toContain("absent one: not installed (spawn ENOENT)");
  });

  it("says what the products alone would take at the best rate", () => {
    // 9.19 MFLOP an image, 128 images, 200 GFLOP/s.
    expect(baseModelFlopsPerImage()).toBe(3 * (172_800 + 307_200 + 524_288 + 2_097_152 + 20_480) - 172_800);
    expect(productsMs(128, 200)).toBeCloseTo(5.88, 2);
    expect(adamBytes()).toBe(1_325_590 * 28);
    expect(floorMs(128, 200, 37e9)).toBeCloseTo(6.887, 2);
    expect(formatReport(report)).toContain("a step's products need 5.60 ms at the best rate");
    expect(formatReport(report)).toContain(
      "Floor: 9.31 ms a step, with Adam's memory traffic at the 10 GB/s of a copy",
    );
    expect(formatReport(report)).toContain("takes 1.100 times its training steps");
  });
});

describe("formatTable", () => {
  it("aligns columns", () => {
    expect(
      formatTable([
        ["name", "n", "v"],
        ["x", "100", "1.0"],
      ]),
    ).toEqual(["name    n  v", "x     100  1.0"]);
  });
});
