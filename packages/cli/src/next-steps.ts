import { join } from "node:path";
import { type Run, runFiles } from "@trazo/practice";
import { commandLine, commandWith, givenOptions } from "./own-command.js";

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
 * @param steps what else could come next
 */
export function nextSteps(best: Run, steps: readonly NextStep[] = []): string {
  const model = join(best.folder, runFiles.bestModel);
  const [data, threads] = [givenOptions("--data"), givenOptions("--threads")];
  const all: readonly NextStep[] = [
    ...steps,
    { args: ["evaluate", model, "--confusion", ...data, ...threads], purpose: "which digits it confuses" },
    { args: ["predict", model, "your-digit.png", ...threads], purpose: "classify a picture of your own" },
    { args: ["serve", model, ...threads], purpose: "a page to draw digits on" },
    { args: ["export", model, "--to", "onnx"], purpose: "for any ONNX runtime" },
  ];
  return [
    "\nNext:",
    ...all.map(({ args, purpose }) => `  npx ${commandLine(args)}   # ${purpose}`),
    `  ${runFiles.bestModel} is a Keras file: keras.models.load_model("${runFiles.bestModel}") opens it`,
  ].join("\n");
}

/** The command that is running, made longer; nothing where the runs are as long as the practice's. */
export function lengthening(runs: readonly Run[]): NextStep[] {
  if (runs.some(({ config }) => config.epochs >= practiceEpochs)) return [];
  const args = commandWith("--epochs", String(practiceEpochs));
  return [{ args, purpose: `continue to ${practiceEpochs} epochs, as in the course` }];
}
