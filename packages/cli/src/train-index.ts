import { availableParallelism } from "node:os";
import { basename, extname, join } from "node:path";
import { executeRun, expandSweep, parseSetting, readSweep, reasonIn, requestFolder } from "@trazo/sweep";
import { TrazoError } from "trazo";
import { catchInterrupts } from "./interrupt.js";
import type { Speech } from "./speech.js";
import { UsageError } from "./usage-error.js";
import { epochLines, resultLines } from "./value-lines.js";

export interface TrainIndexFlags {
  /** A sweep's file. */
  readonly config: string;
  /** Which of its runs, from 0. */
  readonly index: number;
  readonly set?: readonly string[];
  readonly out?: string;
  readonly threads?: number;
  readonly saveEvery?: number;
}

/** Makes one run of a sweep, for the arrays of other schedulers, and prints what came of it as `name=value` lines. */
export async function trainIndex(flags: TrainIndexFlags, { text, language }: Speech): Promise<void> {
  const { config, index } = flags;
  const plan = readSweep(config, (flags.set ?? []).map(parseSetting));
  const runs = await expandSweep(plan, flags.threads ?? plan.threads ?? availableParallelism());
  const run = runs[index];
  if (!run) throw new UsageError(text.usage.noSuchIndex(index, runs.length));
  const folder = requestFolder(flags.out ?? join("runs", basename(config, extname(config))), run.request);
  const interrupts = catchInterrupts(text);
  try {
    process.stdout.write(`index=${index}\nsetting=${run.setting.name}\nseed=${run.seed}\n`);
    const result = await executeRun(run.request, {
      folder,
      signal: interrupts.listen(),
      saveEvery: flags.saveEvery,
      // Whoever asks for one run wants it made.
      retryFailed: true,
      onProgress: (event) => void process.stdout.write(epochLines(event)),
    });
    process.stdout.write(resultLines(result));
    if (result.status === "interrupted") process.exitCode = interrupts.exitCode;
    if (result.status === "failed") throw new TrazoError(reasonIn(result, language));
  } finally {
    interrupts.done();
  }
}
