import { join } from "node:path";
import { type Run, runFiles } from "@trazo/practice";
import { commandLine, commandWith, givenOptions } from "./own-command.js";
import type { CliText } from "./text/index.js";

/** The epochs of the practice. */
const practiceEpochs = 25;

/** A command that could come next, and what it is for. */
export interface NextStep {
  readonly args: readonly string[];
  readonly purpose: string;
}

/**
 * What to do with a finished run, as whole commands: with the options that decide what they work on, as they were given to the
 * command that is running.
 *
 * @param best the run whose model the commands take
 * @param text the language of the purposes
 * @param steps what else could come next
 */
export function nextSteps(best: Run, { next }: CliText, steps: readonly NextStep[] = []): string {
  const model = join(best.folder, runFiles.bestModel);
  const [data, threads] = [givenOptions("--data"), givenOptions("--threads")];
  const all: readonly NextStep[] = [
    ...steps,
    { args: ["evaluate", model, "--confusion", ...data, ...threads], purpose: next.evaluate },
    { args: ["predict", model, next.ownPicture, ...threads], purpose: next.predict },
    { args: ["serve", model, ...threads], purpose: next.serve },
    { args: ["export", model, "--to", "onnx"], purpose: next.export },
  ];
  return [
    `\n${next.title}`,
    ...all.map(({ args, purpose }) => `  npx ${commandLine(args)}   # ${purpose}`),
    `  ${next.isKeras(runFiles.bestModel)}`,
  ].join("\n");
}

/** The command that is running, made longer; nothing where the runs are as long as the practice's. */
export function lengthening(runs: readonly Run[], { next }: CliText): NextStep[] {
  if (runs.some(({ config }) => config.epochs >= practiceEpochs)) return [];
  const args = commandWith("--epochs", String(practiceEpochs));
  return [{ args, purpose: next.longer(practiceEpochs) }];
}
