import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../data/temporary-folder.js";
import { type Bomb, dataBombs, hdf5Bombs, kerasBombs, onnxBombs } from "./bombs.js";
import type { Cost } from "./cost-runner.js";

const { path } = temporaryFolder();
const runner = fileURLToPath(new URL("cost-runner.ts", import.meta.url));

/** What no file of less than a megabyte may cost. */
const most = { seconds: 2, megabytes: 300 } as const;

describe.each([
  ["Keras archives", kerasBombs],
  ["HDF5 files", hdf5Bombs],
  ["ONNX files", async () => onnxBombs()],
  ["pictures and IDX files", async () => dataBombs()],
])("small %s that ask for much", (_, make) => {
  let bombs: readonly Bomb[] = [];
  let costs: ReadonlyMap<string, Cost> = new Map();

  beforeAll(async () => {
    bombs = await make();
    for (const { name, bytes } of bombs) writeFileSync(path(name), bytes);
    const files = bombs.map(({ name }) => path(name));
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", runner, ...files], {
      encoding: "utf8",
      timeout: 100_000,
    });
    expect(stderr).toBe("");
    const lines = stdout.trim().split("\n");
    costs = new Map(lines.map((line) => [(JSON.parse(line) as Cost).file, JSON.parse(line) as Cost]));
  });

  it("are refused in words, or read", () => {
    for (const { name, refusal } of bombs) {
      const cost = costs.get(path(name));
      expect(cost, name).toBeDefined();
      if (refusal) expect(cost?.refusal, name).toMatch(refusal);
      else expect(cost?.refusal, name).toBeUndefined();
      if (refusal) expect(cost?.refusal, name).toContain(path(name));
    }
  });

  it("cost less than 2 seconds and 300 MB each", () => {
    for (const { name, bytes } of bombs) {
      expect(bytes.length, name).toBeLessThan(2 ** 20);
      expect(costs.get(path(name))?.seconds, name).toBeLessThan(most.seconds);
      expect(costs.get(path(name))?.megabytes, name).toBeLessThan(most.megabytes);
    }
  });
});
