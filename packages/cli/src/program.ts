import type { Technique } from "@trazo/practice";
import { techniques } from "@trazo/practice";
import { Command, InvalidArgumentError, Option } from "commander";
import { version } from "trazo";
import { pictureKinds } from "trazo/node";
import { type DataFlags, describeData } from "./data.js";
import { type EvaluateFlags, evaluateModel } from "./evaluate.js";
import { type ExportFlags, exportFormats, exportModel } from "./export.js";
import { type CompareFlags, compareRuns, type PracticeFlags, runPractice, showRuns } from "./practice.js";
import { type PredictFlags, predictImages } from "./predict.js";
import { pictureOptions, pixelOptions } from "./preparation-options.js";
import type { ServeFlags } from "./serve.js";
import { showSummary } from "./summary.js";
import { type TrainFlags, trainModel } from "./train.js";

const whole =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be an integer from ${least} up.`);
  };

const upTo =
  (most: number, least = 1) =>
  (text: string): number => {
    const value = whole(least)(text);
    if (value <= most) return value;
    throw new InvalidArgumentError(`It must be at most ${most}.`);
  };

const byteSize = (text: string): number => {
  const [, number, unit = "b"] = /^(\d+)(b|kb|mb)?$/i.exec(text) ?? [];
  const bytes = Number(number) * { b: 1, kb: 1024, mb: 1024 ** 2 }[unit.toLowerCase() as "b" | "kb" | "mb"];
  if (bytes >= 1 && bytes <= 1024 ** 3) return bytes;
  throw new InvalidArgumentError("It must be a number of bytes up to 1024mb, e.g. 500kb or 4mb.");
};

const somePath = (text: string): string => {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must be a path.");
};

const dataOption = (): Option =>
  new Option(
    "--data <dir>",
    "folder with four IDX files (MNIST, Fashion-MNIST, ...); default: MNIST itself",
  ).argParser(somePath);
const outOption = (what: string): Option => new Option("--out <path>", what).argParser(somePath);
const threadsOption = (): Option =>
  new Option("--threads <n>", "processor threads; default: all").argParser(upTo(256));
const batchOption = (size: number): Option =>
  new Option("--batch-size <n>", "batch size").argParser(whole(1)).default(size);

const freshOption = (): Option => new Option("--fresh", "start over instead of resuming an earlier run");
const saveEveryOption = (): Option =>
  new Option(
    "--save-every <steps>",
    "also save the state every N steps (default: after each epoch only)",
  ).argParser(whole(1));

const languageOption = (): Option =>
  new Option("--lang <language>", "language of the report").choices(["en", "es"]).default("en");
const names = techniques.map(({ name }) => name).join(", ");
const techniqueList = (text: string): Technique[] =>
  text.split(",").map((part, i, parts) => {
    const name = part.trim();
    const found = techniques.find((technique) => technique.name === name);
    if (!found) throw new InvalidArgumentError(`There is no technique "${name}". Known: ${names}.`);
    if (parts.slice(0, i).some((other) => other.trim() === name)) {
      throw new InvalidArgumentError(`${name} is there twice. For several runs of each, give --seeds.`);
    }
    return found;
  });

const hostList = (text: string): string[] =>
  text.split(",").map((part) => {
    const name = part.trim();
    if (/^\.?[\w-]+(?:\.[\w-]+)*$/.test(name)) return name;
    throw new InvalidArgumentError(
      `"${name}" is not a host name. Give names without a scheme or port, e.g. digits.example.com.`,
    );
  });
const outputOption = (): Option =>
  new Option(
    "--output <name>",
    "ONNX: the output that tells the classes, where the file has several",
  ).argParser(somePath);
const addOptions = (command: Command, options: readonly Option[]): Command => {
  for (const option of options) command.addOption(option);
  return command;
};

const classList = (text: string): string[] => text.split(",").map((name) => name.trim());

/** The command line: every command with its options, each handed on to a function of its own. */
export function createProgram(): Command {
  const program = new Command("trazo")
    .description("Train convolutional networks in TypeScript, with Keras's semantics and files.")
    .version(version)
    .showHelpAfterError("(run with --help to see all options)")
    .exitOverride();

  program
    .command("train")
    .description(
      "train a network on MNIST, keep its best checkpoint, reload it and evaluate it on the test set",
    )
    .argument(
      "[model]",
      "base (the practice's network), or a compiled .keras or .h5 model to train further",
      "base",
    )
    .option("--epochs <n>", "epochs to train", whole(1), 5)
    .addOption(batchOption(128))
    .option("--seed <n>", "random seed", whole(0), 42)
    .addOption(outOption("folder for the run: models, history, settings").default("runs/base"))
    .addOption(freshOption())
    .addOption(saveEveryOption())
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((model: string, flags: TrainFlags) => trainModel(model, flags));

  program
    .command("practice")
    .description("train the practice's techniques, compare them, and write a report")
    .addOption(
      new Option("--only <names>", `techniques, separated by commas: ${names}`)
        .argParser(techniqueList)
        .conflicts("all"),
    )
    .option("--all", "all techniques")
    .option("--epochs <n>", "epochs to train", whole(1), 5)
    .option("--seeds <n>", "runs of each technique, with consecutive seeds", whole(1), 1)
    .option("--seed <n>", "the first seed", whole(0), 42)
    .addOption(batchOption(128))
    .addOption(outOption("folder for the runs and the report").default("runs/practice"))
    .addOption(freshOption())
    .addOption(saveEveryOption())
    .addOption(languageOption())
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((flags: PracticeFlags) => runPractice(flags));

  program
    .command("compare")
    .description("compare runs that trazo practice or trazo train made, and write the report again")
    .argument("<runs...>", "folders of finished runs")
    .addOption(outOption("folder for the report").default("runs/comparison"))
    .addOption(languageOption())
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((folders: string[], flags: CompareFlags) => compareRuns(folders, flags));

  program
    .command("runs")
    .description("list the training runs in a folder")
    .argument("[dir]", "a folder of runs, or of folders of them; default: runs")
    .action((root?: string) => showRuns(root));

  const evaluate = program
    .command("evaluate")
    .description("measure a model's loss and accuracy on the test images")
    .argument("<model>", "a .keras, .h5 or .onnx model")
    .addOption(
      new Option("--batch-size <n>", "batch size (default: 128); not allowed for .onnx").argParser(whole(1)),
    )
    .option("--confusion", "also print the confusion matrix")
    .addOption(outputOption())
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((model: string, flags: EvaluateFlags) => evaluateModel(model, flags));
  addOptions(evaluate, pixelOptions());

  const predict = program
    .command("predict")
    .description(`classify pictures (${pictureKinds}; any size, dark on light or light on dark)`)
    .argument("<model>", "a .keras, .h5 or .onnx model, or a run's folder: its best model")
    .argument("<images...>", "picture files")
    .addOption(threadsOption())
    .option("--json", "print one JSON object per picture")
    .addOption(outputOption())
    .action((model: string, images: string[], flags: PredictFlags) => predictImages(model, images, flags));
  addOptions(predict, [...pixelOptions(), ...pictureOptions()]);

  const serve = program
    .command("serve")
    .description("serve a model over HTTP, with a page to draw digits on")
    .argument("<model>", "a .keras, .h5 or .onnx model")
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
    .action(async (model: string, flags: ServeFlags) => {
      // Loaded when needed: what makes a web server would slow down the start of every other command.
      const { serveModel } = await import("./serve.js");
      await serveModel(model, flags);
    });
  addOptions(serve, [outputOption(), ...pixelOptions(), ...pictureOptions()]);

  const exporting = program
    .command("export")
    .description("write a model in another format: for any ONNX runtime, or for Keras")
    .argument("<model>", "a .keras or .h5 model")
    .addOption(new Option("--to <format>", "what to write").choices(exportFormats).makeOptionMandatory())
    .addOption(outOption("where to; default: beside the model, with the format's ending"))
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
        "ONNX: int8 weights; says what accuracy that costs on the test images",
      ).choices(["dynamic", "static"]),
    )
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((model: string, flags: ExportFlags) => exportModel(model, flags));
  addOptions(exporting, [...pixelOptions(), ...pictureOptions()]);

  program
    .command("summary")
    .description("print a model's layers, shapes and weights")
    .argument("[model]", "base, or a .keras, .h5 or .onnx model", "base")
    .action((model: string) => showSummary(model));

  program
    .command("data")
    .description("check a data set and print what it contains")
    .addOption(dataOption())
    .action((flags: DataFlags) => describeData(flags));

  for (const command of program.commands)
    command.exitOverride().showHelpAfterError("(run with --help to see all options)");
  return program;
}
