import { type Command, Option } from "commander";
import { type EvaluateFlags, evaluateModel } from "../evaluate.js";
import { dataOption, outputOption, threadsOption, whole } from "../options.js";
import { pixelOptions } from "../preparation-options.js";

export function configure(command: Command): void {
  command
    .argument("<model>", "a .keras, .h5 or .onnx model")
    .addOption(
      new Option("--batch-size <n>", "batch size (default: 128); not allowed for .onnx").argParser(whole(1)),
    )
    .option("--confusion", "also print the confusion matrix")
    .addOption(outputOption())
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((model: string, flags: EvaluateFlags) => evaluateModel(model, flags));
  for (const option of pixelOptions()) command.addOption(option);
}
