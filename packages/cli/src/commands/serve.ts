import { type Command, InvalidArgumentError, Option } from "commander";
import { outputOption, threadsOption, upTo } from "../options.js";
import { pictureOptions, pixelOptions } from "../preparation-options.js";
import { type ServeFlags, serveModel } from "../serve.js";
import type { CliText } from "../text/index.js";

const byteSize =
  ({ values }: CliText) =>
  (given: string): number => {
    const [, number, unit = "b"] = /^(\d+)(b|kb|mb)?$/i.exec(given) ?? [];
    const bytes = Number(number) * { b: 1, kb: 1024, mb: 1024 ** 2 }[unit.toLowerCase() as "b" | "kb" | "mb"];
    if (bytes >= 1 && bytes <= 1024 ** 3) return bytes;
    throw new InvalidArgumentError(values.bytes);
  };

const hostList =
  ({ values }: CliText) =>
  (given: string): string[] =>
    given.split(",").map((part) => {
      const name = part.trim();
      if (/^\.?[\w-]+(?:\.[\w-]+)*$/.test(name)) return name;
      throw new InvalidArgumentError(values.hostName(name));
    });

export function configure(command: Command, text: CliText): void {
  command
    .argument("<model>", text.arguments.modelToMeasure)
    .option("--host <address>", text.options.host, "127.0.0.1")
    .option("--port <n>", text.options.port, upTo(text, 65_535, 0), 8080)
    .addOption(new Option("--allow-host <names>", text.options.allowHost).argParser(hostList(text)))
    .option("--max-body <size>", text.options.maxBody, byteSize(text))
    .option("--timeout <seconds>", text.options.timeout, upTo(text, 3600), 30)
    .option("--max-batch <n>", text.options.maxBatch, upTo(text, 4096), 64)
    .addOption(threadsOption(text))
    .action((model: string, flags: ServeFlags) => serveModel(model, flags, text));
  for (const option of [outputOption(text), ...pixelOptions(text), ...pictureOptions(text)])
    command.addOption(option);
}
