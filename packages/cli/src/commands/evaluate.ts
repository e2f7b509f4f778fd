import type { Language } from "@trazo/practice";
import { type Command, Option } from "commander";
import { type EvaluateFlags, evaluateModel } from "../evaluate.js";
import { dataOption, outputOption, somePath, threadsOption, whole } from "../options.js";
import { pixelOptions } from "../preparation-options.js";
import type { CliText } from "../text/index.js";

export function configure(command: Command, text: CliText, language: Language): void {
  command
    .argument("<model>", text.arguments.modelToMeasure)
    .addOption(new Option("--batch-size <n>", text.options.evaluateBatchSize).argParser(whole(text, 1)))
    .option("--confusion", text.options.confusion)
    .addOption(outputOption(text))
    .addOption(threadsOption(text))
    .addOption(dataOption(text))
    .addOption(new Option("--images <dir>", text.options.evaluateImages).argParser(somePath(text)))
    .action((model: string, flags: EvaluateFlags) => evaluateModel(model, flags, { text, language }));
  for (const option of pixelOptions(text)) command.addOption(option);
}
