import { loadMnist } from "trazo";
import { describe, expect, it } from "vitest";
import { prepare } from "../src/data.js";
import { notebookData, published, publishedBy } from "../src/published.js";

describe("the notebook's published figures", () => {
  it("end with the figures the notebook is known for", () => {
    const last = Object.fromEntries(
      Object.entries(published).map(([technique, points]) => [technique, points.at(-1)]),
    );
    expect(last).toEqual({
      base: { epoch: 10, valAccuracy: 0.99183 },
      l2: { epoch: 11, valAccuracy: 0.97933 },
      dropout: { epoch: 12, valAccuracy: 0.98892 },
      batchnorm: { epoch: 10, valAccuracy: 0.99292 },
      augmentation: { epoch: 12, valAccuracy: 0.989 },
    });
  });

  it("rise with every epoch, as a checkpoint's do, and are counts of 12,000 validation images", () => {
    for (const points of Object.values(published)) {
      for (const [i, { epoch, valAccuracy }] of points.entries()) {
        expect(epoch).toBeGreaterThan(points[i - 1]?.epoch ?? 0);
        expect(valAccuracy).toBeGreaterThan(points[i - 1]?.valAccuracy ?? 0);
        expect(Math.abs(valAccuracy * 12000 - Math.round(valAccuracy * 12000))).toBeLessThan(0.07);
      }
    }
  });

  it("are of MNIST, split and ordered as here", async () => {
    expect(prepare(await loadMnist()).digest).toBe(notebookData);
  });

  it("stand until the next better one", () => {
    expect(publishedBy("base", 8)).toEqual({ epoch: 7, valAccuracy: 0.98942 });
    expect(publishedBy("base", 25)).toEqual({ epoch: 10, valAccuracy: 0.99183 });
    expect(publishedBy("base", 0)).toBeUndefined();
    expect(publishedBy("mlp", 5)).toBeUndefined();
  });
});
