import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { trazo, weightsDigest } from "../../cli/test/command.js";
import { writeTinyMnist } from "../../cli/test/tiny-mnist.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";

const { path } = temporaryFolder();
const practice = (out: string, ...more: string[]): string[] => {
  const settings = ["--only", "base,best", "--epochs", "2", "--batch-size", "64", "--threads", "1"];
  return ["practice", "--data", path("tiny"), ...settings, "--out", path(out), ...more];
};
const both = ["base-seed42", "best-seed42"];

async function outcome(out: string, runs: readonly string[] = both) {
  const results = runs.map((run) => JSON.parse(readFileSync(path(`${out}/${run}/result.json`), "utf8")));
  const best = runs.map((run) => weightsDigest(path(`${out}/${run}/best_model.h5`)));
  return {
    history: runs.map((run) => readFileSync(path(`${out}/${run}/history.jsonl`), "utf8")),
    results: results.map(({ epochSeconds: _, ...result }) => result),
    best: await Promise.all(best),
  };
}

beforeAll(() => writeTinyMnist(path("tiny")));

describe("trazo practice", () => {
  it("continues where it was killed, does not train again what was finished, and ends the same", async () => {
    expect(await trazo(practice("whole"))).toMatchObject({ code: 0, stderr: "" });
    const killed = await trazo(practice("cut", "--save-every", "1"), (stdout, kill) => {
      if (/best, seed 42.*Epoch 1\/2/s.test(stdout)) kill("SIGKILL");
    });
    expect(killed.code).toBe(null);
    expect(existsSync(path("cut/best-seed42/result.json"))).toBe(false);
    expect((await trazo(["runs", path("cut")])).stdout).toMatch(/best-seed42 .*not finished/);

    const goneOn = await trazo(practice("cut", "--save-every", "1"));
    expect(goneOn).toMatchObject({ code: 0, stderr: "" });
    expect(goneOn.stdout).toContain("base, seed 42: finished before");
    expect(goneOn.stdout).toMatch(/Resuming with epoch [12] of 2/);
    expect(await outcome("cut")).toEqual(await outcome("whole"));
    expect(readdirSync(path("cut/best-seed42"))).not.toContain("state");
  });

  it("continues to more epochs and ends as if it had been asked for them at once", async () => {
    const only = ["--only", "augmentation,augmentation-tuned"];
    const trained = ["augmentation-seed42", "augmentation-tuned-seed42"];
    await trazo(practice("long", ...only, "--epochs", "3"));
    await trazo(practice("longer", ...only, "--epochs", "1"));
    const goneOn = await trazo(practice("longer", ...only, "--epochs", "3"));
    expect(goneOn).toMatchObject({ code: 0, stderr: "" });
    // The cell of the notebook resumes; the tuned one has another schedule now.
    expect(goneOn.stdout).toContain("Resuming with epoch 2 of 3");
    expect(goneOn.stdout).toMatch(
      /augmentation-tuned, seed 42 \(run 2 of 2.*\), from the beginning: its learning rate/,
    );
    expect(await outcome("longer", trained)).toEqual(await outcome("long", trained));
  });

  it("refuses other settings before it trains anything, and starts over with --fresh", async () => {
    const { code, stderr, stdout } = await trazo(practice("whole", "--batch-size", "32"));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /base-seed42 holds a run with other settings:\n {2}batchSize: 64 then, 32 now\n.*--fresh/,
    );
    expect((await trazo(practice("whole", "--epochs", "1"))).stderr).toContain("epochs: 2 then, 1 now");
    expect(stdout).not.toContain("Epoch 1");
    const fresh = await trazo(practice("whole", "--epochs", "1", "--only", "base", "--fresh"));
    expect(fresh.stdout).toContain("Epoch 1: val_accuracy improved");
    expect(fresh.code).toBe(0);
  });
});
