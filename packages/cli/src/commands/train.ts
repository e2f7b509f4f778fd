import { augmentations, type Language, pictureSizes } from "@trazo/practice";
import { type Command, Option } from "commander";
import {
  configurationOptions,
  dataOption,
  freshOption,
  outOption,
  saveEveryOption,
  somePath,
  threadsOption,
  upTo,
  whole,
} from "../options.js";
import type { Speech } from "../speech.js";
import type { CliText } from "../text/index.js";
import { trainModel } from "../train.js";
import { type TrainConfigurationFlags, trainConfiguration } from "../train-configuration.js";
import { type TrainImagesFlags, trainImages } from "../train-images.js";
import { trainIndex } from "../train-index.js";
import { UsageError } from "../usage-error.js";

type Flags = Omit<TrainImagesFlags, "images"> &
  Omit<TrainConfigurationFlags, "seed"> & { readonly images?: string; readonly index?: number };

export function configure(command: Command, text: CliText, language: Language): void {
  command
    .argument("[model]", text.arguments.modelToTrain)
    .option("--epochs <n>", text.options.trainEpochs, whole(text, 1))
    .option("--batch-size <n>", text.options.trainBatchSize, whole(text, 1))
    .option("--seed <n>", text.options.seed, whole(text, 0), 42)
    .addOption(outOption(text, text.options.trainOut))
    .addOption(freshOption(text))
    .addOption(saveEveryOption(text))
    .addOption(threadsOption(text))
    .addOption(dataOption(text));
  for (const option of pictureFolderOptions(text)) command.addOption(option);
  for (const option of configurationOptions(text)) command.addOption(option);
  command.option("--index <n>", text.options.index, whole(text, 0));
  command.action((model: string | undefined, flags: Flags, own: Command) => {
    if (flags.index !== undefined) {
      if (flags.config === undefined) throw new UsageError(text.usage.indexOfSweep);
      return trainIndex({ ...flags, config: flags.config, index: flags.index }, { text, language });
    }
    if (flags.config === undefined && flags.set === undefined) return train(model, flags, { text, language });
    if (flags.images !== undefined) throw new UsageError(text.usage.configOrImages);
    if (model !== undefined) throw new UsageError(text.usage.networkIsAnOption(model));
    const seed = own.getOptionValueSource("seed") === "cli" ? flags.seed : undefined;
    return trainConfiguration({ ...flags, seed }, { text, language });
  });
}

const pictureFolderOptions = (text: CliText): Option[] => [
  new Option("--images <dir>", text.options.images).argParser(somePath(text)),
  new Option("--size <pixels>", text.options.size).argParser(
    upTo(text, pictureSizes.most, pictureSizes.least),
  ),
  new Option("--model <model>", text.options.model),
  new Option("--from <file>", text.options.from).argParser(somePath(text)),
  new Option("--head-only", text.options.headOnly),
  new Option("--augment <how>", text.options.augment).choices(augmentations),
  new Option("--patience <epochs>", text.options.patience).argParser(whole(text, 1)),
  new Option("--workers <n>", text.options.workers).argParser(upTo(text, 64)),
];

const onlyForImages = ["size", "model", "from", "headOnly", "augment", "patience", "workers"] as const;

/** As on the command line. */
const spelled = (option: string): string => option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

async function train(model: string | undefined, flags: Flags, speech: Speech): Promise<void> {
  const { text } = speech;
  const { images } = flags;
  if (images !== undefined) {
    if (model !== undefined) {
      throw new UsageError(text.usage.modelIsAnOption(model));
    }
    if (flags.data !== undefined) throw new UsageError(text.usage.dataOrImages);
    return await trainImages({ ...flags, images }, speech);
  }
  const misplaced = onlyForImages.find((name) => flags[name] !== undefined);
  if (misplaced) throw new UsageError(text.usage.goesWithImages(spelled(misplaced)));
  const { epochs = 5, batchSize = 128, out = "runs/base" } = flags;
  await trainModel(model ?? "base", { ...flags, epochs, batchSize, out }, speech);
}
