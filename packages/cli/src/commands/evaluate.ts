import { type Command, Option } from "commander";
import { type EvaluateFlags, evaluateModel } from "../evaluate.js";
import { dataOption, outputOption, somePath, threadsOption, whole } from "../options.js";
import { pixelOptions } from "../preparation-options.js";

export function configure(command: Command): void {
  command
    .argument("<model>", "a .keras, .h5 or .onnx model, or a run's folder")
    .addOption(
      new Option("--batch-size <n>", "batch size (default: 128); not allowed for .onnx").argParser(whole(1)),
    )
    .option("--confusion", "also print the confusion matrix")
    .addOption(outputOption())
    .addOption(threadsOption())
    .addOption(dataOption())
    .addOption(
      new Option(
        "--images <dir>",
        "a folder of pictures, with a folder for each class (default for a run on pictures: those it kept for the test)",
      ).argParser(somePath),
    )
    .action((model: string, flags: EvaluateFlags) => evaluateModel(model, flags));
  for (const option of pixelOptions()) command.addOption(option);
}
