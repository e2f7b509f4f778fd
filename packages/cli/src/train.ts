import { createHash } from "node:crypto";
import { basename } from "node:path";
import {
  base,
  dataFor,
  holdsRun,
  messageIn,
  newRun,
  type PracticeData,
  prepare,
  type Recipe,
  type Run,
  type RunConfig,
  readRunToResume,
  techniqueRecipe,
  techniques,
  trainRun,
} from "@trazo/practice";
import { loadModel, type Model, nodeRuntime, type Runtime, TrainingInterrupted, TrazoError } from "trazo";
import { isKerasFile } from "trazo/node";
import { type DataFlags, loadImages } from "./data.js";
import { bestText, interruptedText } from "./ending.js";
import { catchInterrupts } from "./interrupt.js";
import { modelPath } from "./model-path.js";
import { lengthening, type NextStep, nextSteps } from "./next-steps.js";
import { commandLine, givenOptions } from "./own-command.js";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";

export interface TrainFlags extends DataFlags {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly out: string;
  readonly threads?: number;
  readonly fresh?: boolean;
  readonly saveEvery?: number;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The practice's main job: train, keep the best, reload it, evaluate it on images never seen. */
export async function trainModel(name: string, flags: TrainFlags, { text, language }: Speech): Promise<void> {
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const { recipe, config, data } = await planRun(name, flags, runtime, text);
  say(text.training.images({ data: config.data, ...config.images }));
  say(`${text.training.runtime(runtime.name, flags.seed)}\n`);

  const interrupts = catchInterrupts(text);
  let hasBegun = false;
  try {
    const run = await trainRun({
      recipe: {
        ...recipe,
        network() {
          const model = recipe.network();
          model.summary({ print: (table) => say(`${table}\n`) });
          hasBegun = true;
          return model;
        },
      },
      config,
      folder: flags.out,
      data,
      runtime,
      verbose: process.stdout.isTTY ? 1 : 2,
      signal: () => interrupts.listen(),
      saveEvery: flags.saveEvery,
      fresh: flags.fresh,
    });
    conclude(run, text);
  } catch (error) {
    const best = hasBegun && holdsRun(flags.out) ? bestText(readRunToResume(flags.out), text) : undefined;
    if (error instanceof TrainingInterrupted) {
      say(interruptedText(error, best, text));
      process.exitCode = interrupts.exitCode;
      return;
    }
    if (error instanceof TrazoError && best)
      throw new TrazoError(`${messageIn(error, language)}\n${best}`, { cause: error });
    throw error;
  } finally {
    interrupts.done();
  }
}

interface RunPlan {
  readonly recipe: Recipe;
  readonly config: RunConfig;
  readonly data: PracticeData;
}

async function planRun(name: string, flags: TrainFlags, runtime: Runtime, text: CliText): Promise<RunPlan> {
  const { seed, epochs, batchSize } = flags;
  if (name === "base") {
    const data = prepare(await loadImages(flags));
    const config = newRun({ technique: name, seed, epochs, batchSize }, data, runtime);
    return { recipe: techniqueRecipe(base, config, data, runtime), config, data };
  }
  const path = modelPath(name, text);
  const model = await openModel(path, { seed, runtime }, text);
  const data = prepare(await loadImages(flags), dataFor(model));
  const settings = { technique: basename(path), seed, epochs, batchSize };
  const config = newRun(
    { ...settings, monitor: monitorFor(model), modelDigest: digestOf(model) },
    data,
    runtime,
  );
  return { recipe: { network: () => model, hasFixedLength: false }, config, data };
}

async function openModel(
  name: string,
  options: { seed: number; runtime: Runtime },
  { errors }: CliText,
): Promise<Model> {
  if (techniques.some((technique) => technique.name === name)) {
    const options = givenOptions("--data", "--epochs", "--batch-size", "--seed", "--threads");
    throw new TrazoError(errors.isTechnique(name, commandLine(["practice", "--only", name, ...options])));
  }
  if (!isKerasFile(name)) {
    throw new TrazoError(errors.noNetwork(name));
  }
  const model = await loadModel(name, options);
  if (model.isCompiled) return model;
  throw new TrazoError(errors.notCompiled(name));
}

/** Accuracy by whatever name the model has it, else the loss. */
function monitorFor({ metricsNames }: Model): string {
  const isAccuracy = (name: string): boolean => name.includes("acc");
  return `val_${metricsNames.find((name) => name === "accuracy") ?? metricsNames.find(isAccuracy) ?? "loss"}`;
}

/** Of the weights and the optimizer's state that training begins with. */
function digestOf(model: Model): string {
  const hash = createHash("sha256").update(String(model.optimizer.iterations));
  for (const values of [...model.getWeights(), ...model.getOptimizerSlots()]) hash.update(values);
  return hash.digest("hex").slice(0, 16);
}

function conclude(run: Run, text: CliText): void {
  say(`\n${bestText(run, text)}`);
  for (const [name, value] of Object.entries(run.result?.test ?? {})) {
    const isAccuracy = name === "accuracy";
    say(text.training.test(name, isAccuracy ? `${(100 * value).toFixed(2)} %` : value.toFixed(4)));
  }
  const practice: NextStep = {
    args: ["practice", ...givenOptions("--data", "--epochs", "--batch-size", "--seed", "--threads")],
    purpose: text.next.practice,
  };
  const isBase = run.config.technique === base.name;
  say(nextSteps(run, text, [...lengthening([run], text), ...(isBase ? [practice] : [])]));
}
