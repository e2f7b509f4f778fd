import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type LayerView, loadModel, type Model, optimizers } from "trazo";
import { writeFileAtomically } from "trazo/node";
import { holdsState } from "../runs/own-files.js";
import { Fields } from "../runs/run-fields.js";
import { runFiles } from "../runs/run-folder.js";
import { compileClassifier, type Fitted, fitStage, type StageOptions } from "./fit-stage.js";

/** A tenth of the rate that the new layer begins with: the given layers know much already. */
const slowRate = 1e-4;

/** What the first stage left, as its folder has it. */
interface FirstStage {
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly bestLoss: number;
  readonly seconds: readonly number[];
}

/** What the second stage begins with. */
const kept = [runFiles.bestModel, runFiles.history, runFiles.historyCsv] as const;

/**
 * Trains a model whose own layers are frozen in two stages, as Chollet does in "Deep Learning with Python": first the new layer alone,
 * for at most half of the epochs; then, from the best model of these, the upper third of the given layers too, slowly.
 *
 * @throws TrainingInterrupted when the signal says so
 */
export async function fineTune(model: Model, options: StageOptions): Promise<Fitted> {
  const { folder, config, settings, runtime } = options;
  const head = join(folder, runFiles.head);
  const first = readFirstStage(head) ?? (await trainHead(model, options, head));
  // Whatever a second stage left that was killed before it had saved anything.
  if (!holdsState(folder)) for (const name of kept) await copyFile(join(head, name), join(folder, name));
  const released = await loadModel(join(head, runFiles.bestModel), {
    runtime,
    seed: config.seed,
    compile: false,
  });
  if (first.epochs >= config.epochs) return { model: released, ...first };
  try {
    releaseUpperLayers(released);
    compileClassifier(released, optimizers.adam({ learningRate: slowRate }));
    return await fitStage(released, options, {
      state: join(folder, runFiles.state),
      first: first.epochs,
      end: config.epochs,
      patience: settings.patience,
      leastRate: slowRate / 100,
      before: first,
    });
  } catch (error) {
    await released.dispose();
    throw error;
  }
}

async function trainHead(model: Model, options: StageOptions, head: string): Promise<FirstStage> {
  const { folder, config, settings } = options;
  const { bestEpoch, seconds } = await fitStage(model, options, {
    state: join(head, runFiles.state),
    first: 0,
    end: Math.ceil(config.epochs / 2),
    patience: Math.max(2, Math.floor(settings.patience / 2)),
    leastRate: 1e-5,
  });
  await mkdir(head, { recursive: true });
  for (const name of kept) await copyFile(join(folder, name), join(head, name));
  const history = readFileSync(join(folder, runFiles.history), "utf8").trim().split("\n");
  const best = new Fields(JSON.parse(history[bestEpoch] as string), runFiles.history);
  const first = { epochs: seconds.length, bestEpoch, bestLoss: best.number("val_loss"), seconds };
  await writeFileAtomically(join(head, runFiles.result), `${JSON.stringify(first)}\n`);
  return first;
}

/** Undefined while it has not ended. */
function readFirstStage(head: string): FirstStage | undefined {
  const path = join(head, runFiles.result);
  if (!existsSync(path)) return undefined;
  const fields = new Fields(JSON.parse(readFileSync(path, "utf8")), path);
  return {
    epochs: fields.whole("epochs", 1),
    bestEpoch: fields.whole("bestEpoch", 0),
    bestLoss: fields.number("bestLoss"),
    seconds: fields.numbers("seconds"),
  };
}

/** Batch normalization keeps its averages: those of a small folder would be worse. */
function releaseUpperLayers(model: Model): void {
  const all: LayerView[] = [];
  model.setTrainable((layer) => {
    all.push(layer);
    return layer.trainable;
  });
  const isModel = (one: LayerView): boolean => all.some(({ path }) => path.startsWith(`${one.path}/`));
  const withWeights = all.filter(
    (layer) => layer.className !== "BatchNormalization" && !isModel(layer) && layer.getWeights().length > 0,
  );
  const fixed = withWeights.slice(0, Math.floor((2 * withWeights.length) / 3));
  const stay = new Set(fixed.map(({ path }) => path));
  model.setTrainable(({ path, className }) => className !== "BatchNormalization" && !stay.has(path));
}
