import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadModel, optimizers } from "../../src/index.js";
import { smallData, smallNet } from "./tiny.js";

describe("a saved model", () => {
  it("trains on as if it had never stopped, byte for byte", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trazo-resume-"));
    try {
      const path = join(folder, "model.h5");
      const [x, y] = smallData(14);
      const compile = (model: ReturnType<typeof smallNet>) =>
        model.compile({
          optimizer: optimizers.adam({ learningRate: 0.01 }),
          loss: "categoricalCrossentropy",
          metrics: ["accuracy"],
          weightedMetrics: ["accuracy"],
        });
      const options = { batchSize: 4, sampleWeight: x.data.slice(0, 14).map(Math.abs), verbose: 0 } as const;
      const whole = smallNet(3);
      compile(whole);
      const { history } = await whole.fit(x, y, { ...options, epochs: 4 });

      const first = smallNet(3);
      compile(first);
      await first.fit(x, y, { ...options, epochs: 2 });
      await first.save(path);
      const second = await loadModel(path, { seed: 3 });
      expect(second.metricsNames).toEqual(["loss", "accuracy", "weighted_accuracy"]);
      const rest = await second.fit(x, y, { ...options, initialEpoch: 2, epochs: 4 });
      expect(rest.epoch).toEqual([2, 3]);
      for (const [key, values] of Object.entries(rest.history))
        expect(values).toEqual(history[key]?.slice(2));
      expect(second.getWeights()).toEqual(whole.getWeights());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
