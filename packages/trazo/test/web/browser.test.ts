import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layers, nodeRuntime, optimizers, sequential, tensor } from "../../src/index.js";
import { bundled, openSite, type Site } from "./site.js";
import { type Trained, trained } from "./trained.js";

describe("in Chromium", () => {
  let site: Site;

  beforeAll(async () => {
    site = await openSite({ "/page.js": await bundled("page.ts") });
  });

  afterAll(() => site?.close());

  const inPage = (kind: string, path?: string): Promise<Trained> => site.evaluate(`train("${kind}")`, path);

  it.each(["convolutions", "normalized"] as const)(
    "a model is trained with Node's losses: %s",
    async (kind) => {
      const found = await inPage(kind);
      const runtime = await nodeRuntime({ threads: 1 });
      const expected = await trained({ layers, sequential, optimizers, tensor }, kind, runtime);
      for (const [i, loss] of expected.losses.entries()) {
        expect(Math.abs((found.losses[i] as number) - loss)).toBeLessThan(1e-4 * loss);
      }
      for (const [i, probability] of expected.probabilities.entries()) {
        expect(Math.abs((found.probabilities[i] as number) - probability)).toBeLessThan(1e-3);
      }
    },
  );

  it("an isolated page trains to the same bytes", async () => {
    expect(await site.evaluate("crossOriginIsolated", "/isolated")).toBe(true);
    expect(await site.evaluate("crossOriginIsolated")).toBe(false);
    expect(await inPage("convolutions", "/isolated")).toEqual(await inPage("convolutions"));
  });
});
