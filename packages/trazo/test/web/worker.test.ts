import { afterAll, beforeAll, expect, it } from "vitest";
import { inEachBrowser } from "../../../../test/browsers/browsers.js";
import type { TrainingProgress } from "../../src/web/index.js";
import { bundled, openSite, type Site } from "./site.js";

interface Compared {
  readonly history: Record<string, number[]>;
  readonly found: Record<string, number[]>;
  readonly here: object;
  readonly there: object;
}

inEachBrowser("a training in a worker", (browser) => {
  let site: Site;

  beforeAll(async () => {
    const [page, worker] = [await bundled("worker-page.ts"), await bundled("../../src/web/worker/index.ts")];
    const files = { "/page.js": page, "/worker.js": worker, "/nothing.js": "throw new Error('broken');" };
    site = await openSite(files, browser);
  });

  afterAll(() => site?.close());

  it("gives what a training on the page gives, and can be gone on with", async () => {
    const { history, found, here, there, progress } = await site.evaluate<
      Compared & { progress: TrainingProgress[] }
    >("sameAsHere()");
    expect(found).toEqual(history);
    expect(there).toEqual(here);
    expect(progress).toHaveLength(18);
    expect(progress.at(-1)).toMatchObject({ epoch: 2, epochs: 3, step: 6, steps: 6, iterations: 18 });
    expect(progress.at(-1)?.loss).toBe(history.loss?.[2]);
    const steps = progress.slice(12).map(({ stepLoss }) => stepLoss);
    expect(steps.reduce((sum, loss) => sum + loss, 0) / 6).toBeCloseTo(history.loss?.[2] as number, 9);
  });

  it("waits for the callbacks on the page", async () => {
    const { history, found, here, there } = await site.evaluate<Compared>("callbacks()");
    expect(found.rate).toEqual([0.001, 0.0005]);
    expect(found).toEqual(history);
    expect(there).toEqual(here);
  });

  it("takes image flows", async () => {
    const { history, found } = await site.evaluate<Compared>("flows()");
    expect(found).toEqual(history);
  });

  it("has threads of its own, with the results of a page's", async () => {
    const { history, found, here, there } = await site.evaluate<Compared>("threads()", "/isolated");
    expect(found).toEqual(history);
    expect(there).toEqual(here);
  });

  it("is canceled after a step, whose weights the page has then", async () => {
    const { name, message, iterations } = await site.evaluate<{
      name: string;
      message: string;
      iterations: number;
    }>("canceled()");
    expect(name).toBe("TrainingInterrupted");
    expect(message).toMatch(/^Training was interrupted in epoch \d+, after step \d+\.$|before epoch/);
    expect(iterations).toBeGreaterThanOrEqual(20);
  });

  it("that was interrupted resumes from its backup, callbacks included, to the bytes of one in one go", async () => {
    const { interrupted, history, found, here, there, left } = await site.evaluate<
      Compared & { interrupted: string; left: string[] }
    >("backedUp()");
    expect(interrupted).toMatch(
      /^TrainingInterrupted: Training was interrupted in epoch 3, .* The state is saved in indexeddb:\/\/runs\/worker/,
    );
    expect(found).toEqual(history);
    expect(found.lr).toHaveLength(4);
    expect(there).toEqual(here);
    expect(left).toEqual([]);
  });

  it("pauses, shows where it stands, continues, and ends when told to", async () => {
    const { waiting, updated, still, done, iterations } =
      await site.evaluate<Record<string, number>>("paused()");
    expect(still).toBe(waiting);
    expect(updated).toBe(waiting);
    expect(done).toBeGreaterThan(still as number);
    expect(iterations).toBeGreaterThanOrEqual(done as number);
  });

  it("fails in words", async () => {
    expect(await site.evaluate("refused()")).toEqual([
      expect.stringMatching(/^TrazoError: The training's worker (failed: .*broken|could not be loaded)/),
      "TrazoError: epochs must be an integer of at least 0, but got -1.",
      expect.stringContaining('TrazoError: trainInWorker has no option "verbose".'),
      "Error: of the callback",
    ]);
  });
});
