import { type Command, Option } from "commander";
import { type ExportFlags, exportFormats, exportModel } from "../export.js";
import { dataOption, outOption, threadsOption } from "../options.js";
import { pictureOptions, pixelOptions } from "../preparation-options.js";

const classList = (text: string): string[] => text.split(",").map((name) => name.trim());

export function configure(command: Command): void {
  command
    .argument("<model>", "a .keras or .h5 model")
    .addOption(new Option("--to <format>", "what to write").choices(exportFormats).makeOptionMandatory())
    .addOption(outOption("the file to write; default: next to the model, with the format's ending"))
    .addOption(
      new Option(
        "--input <type>",
        "ONNX: feed pixels scaled as for training, or bytes; default: float32",
      ).choices(["float32", "uint8"]),
    )
    .addOption(
      new Option("--layout <order>", "ONNX: channels last or first; default: nhwc").choices(["nhwc", "nchw"]),
    )
    .option("--classes <names>", "ONNX: the classes' names, separated by commas, kept in the file", classList)
    .addOption(
      new Option(
        "--quantize <how>",
        "ONNX: int8 weights; also measures the accuracy before and after on the test images",
      ).choices(["dynamic", "static"]),
    )
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((model: string, flags: ExportFlags) => exportModel(model, flags));
  for (const option of [...pixelOptions(), ...pictureOptions()]) command.addOption(option);
}
