import type { Command } from "commander";
import { outputOption, threadsOption } from "../options.js";
import { type PredictFlags, predictImages } from "../predict.js";
import { pictureOptions, pixelOptions } from "../preparation-options.js";

export function configure(command: Command): void {
  command
    .argument("<model>", "a .keras, .h5 or .onnx model, or a run's folder: its best model")
    .argument("<images...>", "picture files")
    .addOption(threadsOption())
    .option("--json", "print one JSON object per picture")
    .addOption(outputOption())
    .action((model: string, images: string[], flags: PredictFlags) => predictImages(model, images, flags));
  for (const option of [...pixelOptions(), ...pictureOptions()]) command.addOption(option);
}
