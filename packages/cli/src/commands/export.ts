import type { Language } from "@trazo/practice";
import { type Command, Option } from "commander";
import { type ExportFlags, exportFormats, exportModel } from "../export.js";
import { dataOption, outOption, somePath, threadsOption } from "../options.js";
import { pictureOptions, pixelOptions } from "../preparation-options.js";
import type { CliText } from "../text/index.js";

const classList = (given: string): string[] => given.split(",").map((name) => name.trim());

export function configure(command: Command, text: CliText, language: Language): void {
  command
    .argument("<model>", text.arguments.modelToExport)
    .addOption(new Option("--to <format>", text.options.to).choices(exportFormats).makeOptionMandatory())
    .addOption(outOption(text, text.options.exportOut))
    .addOption(new Option("--input <type>", text.options.input).choices(["float32", "uint8"]))
    .addOption(new Option("--layout <order>", text.options.layout).choices(["nhwc", "nchw"]))
    .option("--classes <names>", text.options.classes, classList)
    .addOption(new Option("--quantize <how>", text.options.quantize).choices(["dynamic", "static"]))
    .addOption(threadsOption(text))
    .addOption(dataOption(text))
    .addOption(new Option("--images <dir>", text.options.quantizeImages).argParser(somePath(text)))
    .action((model: string, flags: ExportFlags) => exportModel(model, flags, { text, language }));
  for (const option of [...pixelOptions(text), ...pictureOptions(text)]) command.addOption(option);
}
