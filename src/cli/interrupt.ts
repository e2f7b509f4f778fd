import type { TrainingModel } from "../index.js";

/**
 * The first Ctrl-C lets the current batch end and the epoch be validated, so that what was learnt
 * is kept; the second leaves at once.
 */
export function stopOnInterrupt(model: TrainingModel): { readonly interrupted: boolean; done(): void } {
  let interrupted = false;
  const onSignal = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
    model.stopTraining = true;
    process.exitCode = 130;
    process.stdout.write(
      "\nStopping after this batch; the epoch is validated and kept. Ctrl-C again leaves at once.\n",
    );
  };
  process.on("SIGINT", onSignal);
  return {
    get interrupted() {
      return interrupted;
    },
    done: () => void process.off("SIGINT", onSignal),
  };
}
