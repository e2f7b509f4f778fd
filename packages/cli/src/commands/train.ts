import type { Command } from "commander";
import {
  batchOption,
  dataOption,
  freshOption,
  outOption,
  saveEveryOption,
  threadsOption,
  whole,
} from "../options.js";
import { type TrainFlags, trainModel } from "../train.js";

export function configure(command: Command): void {
  command
    .argument(
      "[model]",
      "base (the practice's network), or a compiled .keras or .h5 model to train further",
      "base",
    )
    .option("--epochs <n>", "epochs to train", whole(1), 5)
    .addOption(batchOption(128))
    .option("--seed <n>", "random seed", whole(0), 42)
    .addOption(outOption("folder for the run: models, history, settings").default("runs/base"))
    .addOption(freshOption())
    .addOption(saveEveryOption())
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((model: string, flags: TrainFlags) => trainModel(model, flags));
}
