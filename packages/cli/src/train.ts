import { createHash } from "node:crypto";
import { basename } from "node:path";
import {
  base,
  bestLine,
  dataFor,
  holdsRun,
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
import { catchInterrupts } from "./interrupt.js";
import { lengthening, type NextStep, nextSteps } from "./next-steps.js";
import { commandLine, givenOptions, resumeCommand } from "./own-command.js";

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
export async function trainModel(name: string, flags: TrainFlags): Promise<void> {
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const { recipe, config, data } = await planRun(name, flags, runtime);
  const { train, validation, test } = config.images;
  say(`${config.data}: ${train} training, ${validation} validation, ${test} test images`);
  say(`${runtime.name}; seed ${flags.seed}\n`);

  const interrupts = catchInterrupts();
  let hasBegun = false;
  try {
    const run = await trainRun({
      recipe: {
        ...recipe,
        network() {
          const model = recipe.network();
          model.summary({ print: (text) => say(`${text}\n`) });
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
    conclude(run);
  } catch (error) {
    const best = hasBegun && holdsRun(flags.out) ? bestLine(readRunToResume(flags.out)) : undefined;
    if (error instanceof TrainingInterrupted) {
      say(`${error.message}\n${best ?? nothingKept}\nTo continue: npx ${resumeCommand()}`);
      process.exitCode = interrupts.exitCode;
      return;
    }
    if (error instanceof TrazoError && best)
      throw new TrazoError(`${error.message}\n${best}`, { cause: error });
    throw error;
  } finally {
    interrupts.done();
  }
}

const nothingKept = "No epoch has ended yet, so there is no best model.";

interface RunPlan {
  readonly recipe: Recipe;
  readonly config: RunConfig;
  readonly data: PracticeData;
}

async function planRun(name: string, flags: TrainFlags, runtime: Runtime): Promise<RunPlan> {
  const { seed, epochs, batchSize } = flags;
  if (name === "base") {
    const data = prepare(await loadImages(flags));
    const config = newRun({ technique: name, seed, epochs, batchSize }, data, runtime);
    return { recipe: techniqueRecipe(base, config, data, runtime), config, data };
  }
  const model = await openModel(name, { seed, runtime });
  const data = prepare(await loadImages(flags), dataFor(model));
  const settings = { technique: basename(name), seed, epochs, batchSize };
  const config = newRun(
    { ...settings, monitor: monitorFor(model), modelDigest: digestOf(model) },
    data,
    runtime,
  );
  return { recipe: { network: () => model, hasFixedLength: false }, config, data };
}

async function openModel(name: string, options: { seed: number; runtime: Runtime }): Promise<Model> {
  if (techniques.some((technique) => technique.name === name)) {
    throw new TrazoError(
      `There is no network "${name}": it is a technique of the practice. To train with it: ` +
        `npx ${commandLine(["practice", "--only", name, ...givenOptions("--data", "--epochs", "--batch-size", "--seed", "--threads")])}`,
    );
  }
  if (!isKerasFile(name)) {
    throw new TrazoError(
      `There is no network "${name}". Give "base", or the path of a compiled .keras or .h5 model.`,
    );
  }
  const model = await loadModel(name, options);
  if (model.isCompiled) return model;
  throw new TrazoError(
    `${name} is not compiled: it names no optimizer and no loss to train with. Save it after model.compile.`,
  );
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

function conclude(run: Run): void {
  say(`\n${bestLine(run)}`);
  for (const [name, value] of Object.entries(run.result?.test ?? {})) {
    const isAccuracy = name === "accuracy";
    say(`Test ${name}: ${isAccuracy ? `${(100 * value).toFixed(2)} %` : value.toFixed(4)}`);
  }
  const practice: NextStep = {
    args: ["practice", ...givenOptions("--data", "--epochs", "--batch-size", "--seed", "--threads")],
    purpose: "the same network with L2, dropout, batch normalization, augmentation",
  };
  const isBase = run.config.technique === base.name;
  say(nextSteps(run, [...lengthening([run]), ...(isBase ? [practice] : [])]));
}
