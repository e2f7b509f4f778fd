import { join, resolve } from "node:path";
import type { Technique } from "@trazo/practice";
import {
  expandSweep,
  localPool,
  type PlannedRun,
  parseText,
  planSweep,
  type RunPool,
  type SweepPlan,
  usePool,
} from "@trazo/sweep";
import { TrainingInterrupted } from "trazo";
import type { Interrupts } from "./interrupt.js";
import type { PracticeFlags } from "./practice.js";
import { requireWritable } from "./require-writable.js";
import type { Speech } from "./speech.js";
import { sharingFor } from "./sweep.js";
import { sweepDisplay } from "./sweep-display.js";

/**
 * Trains techniques with several seeds at the same time, into the folders that the practice has for them.
 *
 * @returns whether it did: not where only one run has a place at a time
 * @throws TrainingInterrupted after Ctrl-C
 * @throws TrazoError when a folder holds a run with other settings, or a run cannot be trained
 */
export async function trainInPool(
  techniques: readonly Technique[],
  flags: PracticeFlags,
  interrupts: Interrupts,
  speech: Speech,
): Promise<boolean> {
  const { text } = speech;
  const { out, epochs, batchSize, seed, seeds, data, saveEvery } = flags;
  const document = {
    run: { data: { source: data === undefined ? "mnist" : resolve(data) }, epochs, batchSize },
    space: { technique: techniques.map(({ name }) => name) },
    seeds: Array.from({ length: seeds }, (_, i) => seed + i),
  };
  const plan = planSweep(parseText(JSON.stringify(document), "practice"));
  const [first] = plan.settings;
  if (!first) return false;
  await requireWritable(out, text);
  const wanted = { threads: flags.threads };
  const signal = interrupts.listen();
  const { parallel, threads } = await sharingFor(first.configuration, wanted, out, text, signal);
  if (signal.aborted) throw new TrainingInterrupted(0, 0, undefined, text.sweep.interrupted);
  if (parallel < 2) return false;
  const processes = Math.min(parallel, plan.settings.length * plan.seeds.length);
  const pool = localPool({ folder: out, processes, saveEvery });
  await usePool(pool, signal, async () => {
    const runs = await expandSweep(plan, threads);
    if (!signal.aborted) await makeAll(plan, runs, pool, flags, signal, speech);
    if (signal.aborted) throw new TrainingInterrupted(0, 0, undefined, text.sweep.interrupted);
  });
  return true;
}

async function makeAll(
  plan: SweepPlan,
  runs: readonly PlannedRun[],
  pool: RunPool,
  { out, fresh }: PracticeFlags,
  signal: AbortSignal,
  speech: Speech,
): Promise<void> {
  const display = sweepDisplay(plan, runs, speech, { signal });
  try {
    await Promise.all(
      runs.map(async (run) => {
        const folder = join(out, `${run.request.configuration.technique}-seed${run.seed}`);
        // What cannot be trained is said by the comparison, which tries it itself.
        const job = { request: run.request, folder, fresh, retryFailed: true, distortsDigits: true };
        display.onResult(run, await pool.run(job, (event) => display.onEvent(run, event)));
      }),
    );
  } finally {
    display.end();
  }
}
