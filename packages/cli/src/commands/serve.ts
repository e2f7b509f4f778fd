import { type Command, InvalidArgumentError, Option } from "commander";
import { outputOption, threadsOption, upTo } from "../options.js";
import { pictureOptions, pixelOptions } from "../preparation-options.js";
import { type ServeFlags, serveModel } from "../serve.js";

const byteSize = (text: string): number => {
  const [, number, unit = "b"] = /^(\d+)(b|kb|mb)?$/i.exec(text) ?? [];
  const bytes = Number(number) * { b: 1, kb: 1024, mb: 1024 ** 2 }[unit.toLowerCase() as "b" | "kb" | "mb"];
  if (bytes >= 1 && bytes <= 1024 ** 3) return bytes;
  throw new InvalidArgumentError("It must be a number of bytes up to 1024mb, e.g. 500kb or 4mb.");
};

const hostList = (text: string): string[] =>
  text.split(",").map((part) => {
    const name = part.trim();
    if (/^\.?[\w-]+(?:\.[\w-]+)*$/.test(name)) return name;
    throw new InvalidArgumentError(
      `"${name}" is not a host name. Give names without a scheme or port, e.g. digits.example.com.`,
    );
  });

export function configure(command: Command): void {
  command
    .argument("<model>", "a .keras, .h5 or .onnx model, or a run's folder")
    .option("--host <address>", "address to listen on; 0.0.0.0 for every network", "127.0.0.1")
    .option("--port <n>", "port to listen on; 0 for any free one", upTo(65_535, 0), 8080)
    .addOption(
      new Option(
        "--allow-host <names>",
        "names under which to answer, separated by commas; .example.com for all of its subdomains. Always allowed: localhost, the name in --host, and numeric addresses",
      ).argParser(hostList),
    )
    .option("--max-body <size>", "largest request body, e.g. 500kb (default: 4mb)", byteSize)
    .option("--timeout <seconds>", "time a request may take to arrive", upTo(3600), 30)
    .option("--max-batch <n>", "most images per inference", upTo(4096), 64)
    .addOption(threadsOption())
    .action((model: string, flags: ServeFlags) => serveModel(model, flags));
  for (const option of [outputOption(), ...pixelOptions(), ...pictureOptions()]) command.addOption(option);
}
