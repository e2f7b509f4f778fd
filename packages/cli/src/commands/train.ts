import { augmentations } from "@trazo/practice";
import { type Command, Option } from "commander";
import {
  dataOption,
  freshOption,
  outOption,
  saveEveryOption,
  somePath,
  threadsOption,
  upTo,
  whole,
} from "../options.js";
import { trainModel } from "../train.js";
import { type TrainImagesFlags, trainImages } from "../train-images.js";
import { UsageError } from "../usage-error.js";

type Flags = Omit<TrainImagesFlags, "images"> & { readonly images?: string; readonly data?: string };

export function configure(command: Command): void {
  command
    .argument(
      "[model]",
      "base (the practice's network), or a compiled .keras or .h5 model to train further (default: base)",
    )
    .option("--epochs <n>", "epochs to train (default: 5; with --images at most 60)", whole(1))
    .option("--batch-size <n>", "batch size (default: 128; with --images 32)", whole(1))
    .option("--seed <n>", "random seed", whole(0), 42)
    .addOption(
      outOption(
        "folder for the run: models, history, settings (default: runs/base; with --images runs/ and its name)",
      ),
    )
    .addOption(freshOption())
    .addOption(saveEveryOption())
    .addOption(threadsOption())
    .addOption(dataOption());
  for (const option of pictureFolderOptions()) command.addOption(option);
  command.action((model: string | undefined, flags: Flags) => train(model, flags));
}

const pictureFolderOptions = (): Option[] => [
  new Option("--images <dir>", "train on your own pictures: a folder with a folder for each class").argParser(
    somePath,
  ),
  new Option("--size <pixels>", "with --images: pixels per side (default: by the pictures)").argParser(
    upTo(1024, 8),
  ),
  new Option("--model <model>", "with --images: small, resnet, or a .keras or .h5 file with as many classes"),
  new Option(
    "--from <file>",
    "with --images: begin with this model's layers, and train a new last one",
  ).argParser(somePath),
  new Option(
    "--augment <how>",
    "with --images: how much training pictures are varied (default: by the pictures)",
  ).choices(augmentations),
  new Option(
    "--patience <epochs>",
    "with --images: stop after this many epochs without improvement (default: 8)",
  ).argParser(whole(1)),
  new Option(
    "--workers <n>",
    "with --images: threads that read pictures (default: one fewer than processors)",
  ).argParser(upTo(64)),
];

const onlyForImages = ["size", "model", "from", "augment", "patience", "workers"] as const;

async function train(model: string | undefined, flags: Flags): Promise<void> {
  const { images } = flags;
  if (images !== undefined) {
    if (model !== undefined) {
      throw new UsageError(
        `With --images the model is an option: --model ${model}, or --from ${model} for a new last layer.`,
      );
    }
    if (flags.data !== undefined)
      throw new UsageError("--data is for IDX files, --images for a folder of pictures.");
    return await trainImages({ ...flags, images });
  }
  const misplaced = onlyForImages.find((name) => flags[name] !== undefined);
  if (misplaced) throw new UsageError(`--${misplaced} goes with --images DIR.`);
  const { epochs = 5, batchSize = 128, out = "runs/base" } = flags;
  await trainModel(model ?? "base", { ...flags, epochs, batchSize, out });
}
