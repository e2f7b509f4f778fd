import type { Language } from "@trazo/practice";
import type { Command } from "commander";
import { outputOption, threadsOption } from "../options.js";
import { type PredictFlags, predictImages } from "../predict.js";
import { pictureOptions, pixelOptions } from "../preparation-options.js";
import type { CliText } from "../text/index.js";

export function configure(command: Command, text: CliText, language: Language): void {
  command
    .argument("<model>", text.arguments.modelToRead)
    .argument("<images...>", text.arguments.pictureFiles)
    .addOption(threadsOption(text))
    .option("--json", text.options.json)
    .addOption(outputOption(text))
    .action((model: string, images: string[], flags: PredictFlags) =>
      predictImages(model, images, flags, { text, language }),
    );
  for (const option of [...pixelOptions(text), ...pictureOptions(text)]) command.addOption(option);
}
