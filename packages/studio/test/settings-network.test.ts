import { describe, expect, it } from "vitest";
import { techniques } from "../../practice/src/techniques/index.js";
import { nodeRuntime } from "../../trazo/src/index.js";
import { generatorOf, networkOf } from "../src/lab/network.js";
import { knobDefaults, settingsOf, techniqueNames } from "../src/protocol/settings.js";

describe("a run's network", () => {
  it.each(techniqueNames)("is the practice's own: %s", async (name) => {
    const runtime = nodeRuntime({ threads: 1 });
    const technique = techniques.find((one) => one.name === name);
    const own = networkOf({ ...settingsOf(name), seed: 3 }, { runtime });
    const practices = technique?.network({ seed: 3, runtime });
    expect(own.toJSON()).toEqual(practices?.toJSON());
    const bytesOf = (weights: readonly Float32Array[] = []): Buffer =>
      Buffer.concat(weights.map(({ buffer }) => Buffer.from(buffer)));
    expect(bytesOf(own.getWeights()).equals(bytesOf(practices?.getWeights()))).toBe(true);
  });

  it("sees the practice's varied images", () => {
    const practices = techniques.find(({ name }) => name === "augmentation")?.augmentation?.();
    expect(JSON.stringify(generatorOf(knobDefaults.augmentation))).toBe(JSON.stringify(practices));
  });
});
