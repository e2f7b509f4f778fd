import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { practiceTechniques } from "@trazo/practice";
import { afterAll, expect, it } from "vitest";
import { trainInPool } from "../src/practice-pool.js";
import { en } from "../src/text/en.js";

const out = mkdtempSync(join(tmpdir(), "trazo-practice-pool-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const processes = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === "ProcessWrap").length;

it("ends its processes when the images cannot be read", async () => {
  // As on a machine with room for two runs at a time, whatever this one has.
  writeFileSync(join(out, "sweep.json"), JSON.stringify({ threads: 1, parallel: 2 }));
  const interrupts = {
    listen: () => new AbortController().signal,
    exitCode: undefined,
    done: () => undefined,
  };
  const flags = { out, data: join(out, "missing"), epochs: 1, batchSize: 32, seed: 1, seeds: 2 };
  const before = processes();
  const training = trainInPool(practiceTechniques, flags, interrupts, { text: en, language: "en" });
  await expect(training).rejects.toThrow(join(out, "missing"));
  await expect.poll(processes, { timeout: 10_000 }).toBe(before);
});
