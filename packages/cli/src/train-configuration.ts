import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import {
  type CheckedConfiguration,
  checkConfiguration,
  codeVersion,
  dataDigest,
  executeRun,
  folderOf,
  loadData,
  parseSetting,
  parseText,
  placeOf,
  type RunRequest,
  type RunResult,
  readDocument,
  reasonIn,
  requestFolder,
  withSettings,
} from "@trazo/sweep";
import { TrazoError } from "trazo";
import type { DataFlags } from "./data.js";
import { catchInterrupts } from "./interrupt.js";
import { resumeCommand } from "./own-command.js";
import { percent } from "./percent.js";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";

export interface TrainConfigurationFlags extends DataFlags {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly epochs?: number;
  readonly batchSize?: number;
  /** Only where it was given. */
  readonly seed?: number | undefined;
  readonly out?: string;
  readonly threads?: number;
  readonly fresh?: boolean;
  readonly saveEvery?: number;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Makes the run that a configuration describes, in a folder named by all that decides its outcome. */
export async function trainConfiguration(
  flags: TrainConfigurationFlags,
  { text, language }: Speech,
): Promise<void> {
  const { configuration, seed } = configurationOf(flags);
  const { threads = availableParallelism() } = flags;
  const images = await loadData(configuration.data);
  const request: RunRequest = {
    configuration,
    seed: flags.seed ?? seed,
    dataDigest: dataDigest(images),
    codeVersion,
    threads,
  };
  const folder = flags.out ?? requestFolder("runs", request);
  say(`${text.sweep.runHead({ data: placeOf(images), seed: request.seed, threads, folder })}\n`);
  const interrupts = catchInterrupts(text);
  try {
    const result = await executeRun(request, {
      folder,
      verbose: process.stdout.isTTY ? 1 : 2,
      signal: interrupts.listen(),
      saveEvery: flags.saveEvery,
      fresh: flags.fresh,
      // Whoever asks for one run wants it made.
      retryFailed: true,
      images: async () => images,
    });
    if (result.status === "failed") throw new TrazoError(text.sweep.failedRun(reasonIn(result, language)));
    if (result.status === "interrupted") say(text.sweep.runInterrupted);
    conclude(result, text);
    if (result.status === "interrupted") {
      say(text.training.toContinue(resumeCommand()));
      process.exitCode = interrupts.exitCode;
    }
  } finally {
    interrupts.done();
  }
}

function configurationOf(flags: TrainConfigurationFlags): CheckedConfiguration {
  const { config, set = [], data, epochs, batchSize } = flags;
  const file = config === undefined ? parseText("", "--set") : readDocument(config);
  const settings = [
    ...set.map(parseSetting),
    ...(data === undefined
      ? []
      : [{ path: ["data", "source"], value: resolve(data), place: { source: "--data" } }]),
    ...(epochs === undefined ? [] : [{ path: ["epochs"], value: epochs, place: { source: "--epochs" } }]),
    ...(batchSize === undefined
      ? []
      : [{ path: ["batchSize"], value: batchSize, place: { source: "--batch-size" } }]),
  ];
  return checkConfiguration(withSettings(file, settings), config === undefined ? "." : folderOf(config));
}

function conclude({ best, monitor, model = "", test = {} }: RunResult, { training }: CliText): void {
  if (best) {
    const { epoch, value } = best;
    say(`\n${training.best({ epoch, monitor, value: value.toFixed(5), path: model })}`);
  } else say(training.nothingKept);
  for (const [name, value] of Object.entries(test)) {
    say(training.test(name, name === "accuracy" ? percent(value) : value.toFixed(4)));
  }
}
