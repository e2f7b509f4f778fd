import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { weightsDigest } from "../../../cli/test/command.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();
const program = fileURLToPath(new URL("training-process.mjs", import.meta.url));

/** TRAZO_KILLS=100 for more. */
const kills = Number(process.env.TRAZO_KILLS ?? 25);
const stepsPerEpoch = 32;
const mostStepsALife = 6;
/** So many that a run cannot end before its last kill. */
const epochs = Math.ceil((kills * mostStepsALife) / stepsPerEpoch) + 1;

interface Life {
  readonly steps: number;
  readonly finished: boolean;
  readonly stderr: string;
  /** Milliseconds until its first step. */
  readonly start: number;
}

/** Runs the training; kills it a few milliseconds after its numbered step, or after its start when that is 0. */
async function live(folder: string, kind: string, killAfter?: { steps: number; ms: number }): Promise<Life> {
  const child = spawn(process.execPath, [program, folder, kind, String(epochs)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const born = performance.now();
  let [stdout, stderr, start] = ["", "", Number.NaN];
  const steps = (): number => stdout.split("step").length - 1;
  let doomed = false;
  const killWhenDue = async (): Promise<void> => {
    if (!killAfter || doomed || steps() < killAfter.steps) return;
    doomed = true;
    await sleep(killAfter.ms);
    child.kill("SIGKILL");
  };
  child.stdout.on("data", (data) => {
    if (!stdout) start = performance.now() - born;
    stdout += data;
    void killWhenDue();
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  void killWhenDue();
  await new Promise((resolve) => child.on("close", resolve));
  return { steps: steps(), finished: stdout.includes("finished"), stderr, start };
}

const among = (most: number): number => Math.floor(Math.random() * (most + 1));

async function outcome(folder: string) {
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  return {
    csv: text("history.csv"),
    lines: text("history.jsonl"),
    // Not the files' bytes: HDF5 stores when each array was written.
    last: await weightsDigest(join(folder, "last.h5")),
    best: await weightsDigest(join(folder, "best.h5")),
  };
}

describe.concurrent("a training that is killed again and again", () => {
  it.each([
    ["the base network", "base"],
    ["augmentation, batch normalization and dropout", "all"],
  ])(
    "ends with the bytes of one that is not: %s",
    async (_, kind) => {
      const [whole, killed] = [path(`${kind}-whole`), path(`${kind}-killed`)];
      for (const folder of [whole, killed]) mkdirSync(folder);
      const unharmed = await live(whole, kind);
      expect(unharmed).toMatchObject({ finished: true, stderr: "" });

      const moments: string[] = [];
      for (let i = 0; i < kills; i++) {
        // One in five while it starts.
        const moment =
          i % 5 === 0
            ? { steps: 0, ms: among(Math.round(unharmed.start)) }
            : { steps: 1 + among(5), ms: among(20) };
        moments.push(`${moment.steps} steps + ${moment.ms} ms`);
        const life = await live(killed, kind, moment);
        expect(life, moments.join(", ")).toMatchObject({ finished: false, stderr: "" });
      }
      expect(await live(killed, kind), moments.join(", ")).toMatchObject({ finished: true, stderr: "" });
      expect(await outcome(killed), moments.join(", ")).toEqual(await outcome(whole));
    },
    1_200_000,
  );
});
