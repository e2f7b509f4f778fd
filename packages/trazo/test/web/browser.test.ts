import { afterAll, beforeAll, expect, it } from "vitest";
import { inEachBrowser, itUnless } from "../../../../test/browsers/browsers.js";
import { layers, nodeRuntime, optimizers, sequential, tensor } from "../../src/index.js";
import { bundled, openSite, type Site } from "./site.js";
import { type Trained, trained } from "./trained.js";

inEachBrowser("a training", (browser) => {
  let site: Site;

  beforeAll(async () => {
    site = await openSite({ "/page.js": await bundled("page.ts") }, browser);
  });

  afterAll(() => site?.close());

  const inPage = (kind: string, path?: string, options: object = {}): Promise<Trained> =>
    site.evaluate(`train("${kind}", ${JSON.stringify(options)})`, path);

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

  it("an isolated page trains to the same bytes with as many threads", async () => {
    expect(await site.evaluate("crossOriginIsolated", "/isolated")).toBe(true);
    expect(await site.evaluate("crossOriginIsolated")).toBe(false);
    expect(await inPage("convolutions", "/isolated", { threads: 1 })).toEqual(await inPage("convolutions"));
  });

  it.each(["convolutions", "normalized"])("two threads have the losses of one: %s", async (kind) => {
    const [one, two] = [await inPage(kind), await inPage(kind, "/isolated", { threads: 2 })];
    for (const [i, loss] of one.losses.entries()) {
      expect(Math.abs((two.losses[i] as number) / loss - 1)).toBeLessThan(1e-4);
    }
    expect(await inPage(kind, "/isolated", { threads: 2 })).toEqual(two);
  });

  it("two models share the threads of a runtime", async () => {
    const threads = { threads: 2 };
    const alone = [
      await inPage("convolutions", "/isolated", threads),
      await inPage("normalized", "/isolated", threads),
    ];
    expect(await site.evaluate(`both(${JSON.stringify(threads)})`, "/isolated")).toEqual(alone);
  });

  for (const [backupDir, reason] of [
    ["runs/backup", browser.withoutFiles],
    ["indexeddb://runs/backup", undefined],
  ] as const) {
    const title = `a training that was interrupted resumes from its backup to the same bytes: ${backupDir}`;
    itUnless(reason, title, async () => {
      const found = await site.evaluate<Record<string, unknown>>(`resumed("${backupDir}")`);
      const files = ["runs/backup/state.0.bin", "runs/backup/state.1.bin"];
      expect(found).toMatchObject({ same: true, steps: 12, epochs: 3, files, left: [] });
      expect(found.interrupted).toMatch(/^TrainingInterrupted: Training was interrupted in epoch 2/);
    });
  }

  // Headless browsers show every page. In hidden ones browsers slow down timers, to one a minute in the end, and stop drawing.
  it.each(["/", "/isolated"])(
    "training needs no timer and no drawing, as in a hidden tab: %s",
    async (path) => {
      expect(await site.evaluate("withoutTimers()", path)).toBe(16);
    },
  );

  it("a backup that is in use, damaged, or at an address is refused", async () => {
    expect(await site.evaluate("refusedBackups()")).toEqual([
      "TrazoError: indexeddb://runs/busy is in use: another page or worker trains there. Wait for it to end, or give another backupDir.",
      expect.stringMatching(/^TrazoError: runs\/damaged\/state.0.bin: damaged/),
      expect.stringMatching(/^TrazoError: backup: a page keeps no states at an address such as https:/),
    ]);
  });

  it("a page that may not share memory has one thread, and is told so when it asks for more", async () => {
    expect(await site.evaluate("runtimeName()")).toMatch(/, 1 thread$/);
    const processors = await site.evaluate("navigator.hardwareConcurrency");
    expect(await site.evaluate("runtimeName()", "/isolated")).toContain(`, ${processors} thread`);
    expect(await site.evaluate("refusal({ threads: 2 })")).toContain(
      "Cross-Origin-Opener-Policy: same-origin",
    );
    expect(await site.evaluate("refusal({ threads: 2 })", "/isolated")).toBe("none");
    expect(await site.evaluate("refusal({ threads: 0 })")).toBe(
      "webRuntime: threads must be an integer from 1 to 256, but got 0.",
    );
  });
});
