import { platform } from "#platform";
import type { Callback, TrainingModel } from "../callbacks/callback.js";
import { CallbackList } from "../callbacks/callback-list.js";
import { type History, historyCallback } from "../callbacks/history.js";
import { progress } from "../callbacks/progress.js";
import { displayed } from "../display/displayed.js";
import { listOption } from "../known-options.js";
import type { BatchPlan } from "./batch-plan.js";
import { type FitPlan, requireVerbose } from "./fit.js";
import type { FitOptions } from "./fit-options.js";
import type { EvaluateOptions, PredictOptions } from "./model-options.js";
import { passProgress } from "./pass-progress.js";
import { countSamples } from "./samples.js";

/** The user's callbacks, then others. */
export function callbackList(
  options: { readonly callbacks?: readonly Callback[] | undefined },
  others: readonly Callback[] = [],
): CallbackList {
  return new CallbackList([...listOption(options.callbacks, "callbacks"), ...others]);
}

/** The user's callbacks for one pass over some data without training. */
export function passCallbacks(
  model: TrainingModel,
  options: EvaluateOptions | PredictOptions,
  samples: number,
  batchSize: number,
  steps: number,
): CallbackList {
  const { verbose = 0, print = platform.terminal.print } = options;
  requireVerbose(verbose);
  const shown = verbose === 0 ? [] : [passProgress(platform.terminal.isInteractive)];
  const callbacks = callbackList(options, shown);
  callbacks.setModel(model);
  callbacks.setParams({
    epochs: 1,
    steps,
    batchSize,
    samples,
    samplesDone: () => 0,
    verbose,
    print,
  });
  return callbacks;
}

/** The callbacks of a training, what they record, and what ends the line that shows it. */
export interface FitCallbacks {
  readonly callbacks: CallbackList;
  readonly history: History;
  readonly endLine: () => void;
}

/** The user's callbacks in their order, then the history, then the progress line, as Keras has them. */
export async function fitCallbacks(
  model: TrainingModel,
  plan: FitPlan,
  batches: BatchPlan | undefined,
  options: FitOptions,
): Promise<FitCallbacks> {
  const history = displayed<History>({ epoch: [], history: {} }, async (shown) =>
    (await import("../display/curves.js")).historyBundle(shown),
  );
  const { terminal } = platform;
  // A caller with a place of its own for messages wants them as text.
  const notebook = options.print ? undefined : platform.notebook;
  const verbose = options.verbose ?? (terminal.isInteractive || notebook ? 1 : 2);
  const print = options.print ?? terminal.print;
  const live =
    verbose === 1 && notebook
      ? (await import("../callbacks/live-training.js")).liveTraining(notebook, history, () =>
          performance.now(),
        )
      : undefined;
  const line = live || verbose === 0 ? undefined : progress();
  const shown = [live, line].filter((callback) => callback !== undefined);
  const callbacks = callbackList(options, [historyCallback(history), ...shown]);
  callbacks.setModel(model);
  callbacks.setParams({
    epochs: plan.epochs,
    steps: batches?.steps ?? plan.stepsPerEpoch ?? 0,
    batchSize: plan.batchSize,
    samples: plan.train ? countSamples(plan.train) : 0,
    samplesDone: () => batches?.samplesGiven ?? 0,
    verbose,
    // Messages begin with the end of a progress line, which is elsewhere here.
    print: live ? (text) => print(text.replace(/^\n/, "")) : print,
  });
  return { callbacks, history, endLine: () => line?.endLine() };
}
