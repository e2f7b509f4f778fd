import { codeVersion, type PlannedRun, parseText, planSweep, type RunResult } from "@trazo/sweep";
import { describe, expect, it } from "vitest";
import { sweepDisplay } from "../src/sweep-display.js";
import { textIn } from "../src/text/index.js";
import { Screen } from "./screen.js";

const plan = planSweep(
  parseText(
    "run: { epochs: 20 }\nspace: { optimizer.learningRate: [0.001, 0.01], batchSize: [32, 64] }\nseeds: 2",
    "sweep.yaml",
  ),
);
const runs: PlannedRun[] = plan.seeds.flatMap((seed) =>
  plan.settings.map((setting, index) => ({
    index,
    setting,
    seed,
    request: { configuration: setting.configuration, seed, dataDigest: "d", codeVersion, threads: 1 },
  })),
);
const [first, second, third] = runs as [PlannedRun, PlannedRun, PlannedRun];

const finished = ({ seed }: PlannedRun, value: number): RunResult => ({
  digest: "d",
  seed,
  status: "finished",
  epochs: [{ epoch: 1, metrics: { val_accuracy: value } }],
  monitor: "val_accuracy",
  times: { began: "2026-01-01T00:00:00.000Z", epochSeconds: [] },
  folder: "runs/d",
});

/** Two runs at work, after one that has ended. */
async function shownOn(screen: Screen, signal?: AbortSignal) {
  const speech = { text: await textIn("en"), language: "en" } as const;
  const display = sweepDisplay(plan, runs, speech, { output: screen, signal });
  const epoch = (run: PlannedRun, number: number): void =>
    display.onEvent(run, {
      type: "epoch",
      digest: "d",
      epoch: { epoch: number, metrics: { val_accuracy: 0.5 + number / 100 } },
    });
  for (const run of [first, second, third]) {
    display.onEvent(run, { type: "began", digest: "d", worker: "w", epochsDone: 0 });
  }
  display.onResult(first, finished(first, 0.75));
  for (let number = 1; number <= 18; number++) {
    epoch(second, number);
    epoch(third, number);
  }
  return { display, epoch };
}

describe("the table of a sweep on a terminal", () => {
  it("shows what is done, the best so far, and the runs at work with their curves", async () => {
    const screen = new Screen(100);
    await shownOn(screen);
    expect(screen.seen.map((line) => line.replace(/about .* left/, "about … left"))).toEqual([
      "[1/8] learningRate=0.001, batchSize=32, seed 42: finished, val_accuracy 0.7500",
      "1 of 8 runs done, about … left",
      "Best so far: learningRate=0.001, batchSize=32, seed 42, val_accuracy 0.7500",
      "  learningRate=0.001, batchSize=64, seed 42, epoch 18/20  ▁▁▂▂▃▃▄▄▅▅▆▆▇▇██ 0.6800",
      "  learningRate=0.01, batchSize=32, seed 42, epoch 18/20  ▁▁▂▂▃▃▄▄▅▅▆▆▇▇██ 0.6800",
    ]);
  });

  it("shortens names on a narrow one, so that figures and curves stay to be seen", async () => {
    const screen = new Screen(60);
    await shownOn(screen);
    expect(screen.seen.slice(-3)).toEqual([
      "Best so far: learningRate=0.…, seed 42, val_accuracy 0.7500",
      "  learningRate=0.001,…, seed 42, epoch 18/20  ▁▂▄▅▇█ 0.6800",
      "  learningRate=0.01, …, seed 42, epoch 18/20  ▁▂▄▅▇█ 0.6800",
    ]);
  });

  it("leaves nothing behind when it has become narrower", async () => {
    const screen = new Screen(100);
    const { epoch } = await shownOn(screen);
    screen.columns = 50;
    epoch(second, 19);
    expect(screen.seen.filter((line) => line.includes("runs done"))).toHaveLength(1);
    expect(screen.seen.filter((line) => line.includes("Best so far"))).toHaveLength(1);
  });

  it("is gone before an interruption is told of, and is not drawn again", async () => {
    const screen = new Screen(100);
    const stop = new AbortController();
    const { epoch, display } = await shownOn(screen, stop.signal);
    screen.echo("^C");
    stop.abort();
    screen.write("Stopping.\n");
    epoch(second, 19);
    display.end();
    expect(screen.seen).toEqual([
      "[1/8] learningRate=0.001, batchSize=32, seed 42: finished, val_accuracy 0.7500",
      "Stopping.",
    ]);
  });
});
