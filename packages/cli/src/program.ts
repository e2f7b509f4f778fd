import { createRequire } from "node:module";
import { Command, Help } from "commander";

/** What is known of a command before it is needed. */
interface CommandEntry {
  /** As the list of commands shows it. */
  readonly usage: string;
  readonly description: string;
  /** Adds its arguments, options and action. */
  load(): Promise<{ configure(command: Command): void }>;
}

const entries: Readonly<Record<string, CommandEntry>> = {
  train: {
    usage: "train [options] [model]",
    description:
      "train a network on MNIST or, with --images DIR, on your own pictures; keep the best, and test it",
    load: () => import("./commands/train.js"),
  },
  studio: {
    usage: "studio [options]",
    description: "watch networks learn in a page, draw digits for them, and compare techniques",
    load: () => import("./commands/studio.js"),
  },
  practice: {
    usage: "practice [options]",
    description: "train the practice's techniques, compare them, and write a report",
    load: () => import("./commands/practice.js"),
  },
  compare: {
    usage: "compare [options] <runs...>",
    description: "compare runs that trazo practice or trazo train made, and write the report again",
    load: () => import("./commands/compare.js"),
  },
  runs: {
    usage: "runs [dir]",
    description: "list the training runs in a folder",
    load: () => import("./commands/runs.js"),
  },
  evaluate: {
    usage: "evaluate [options] <model>",
    description: "measure a model's loss and accuracy on the test images",
    load: () => import("./commands/evaluate.js"),
  },
  predict: {
    usage: "predict [options] <model> <images...>",
    description:
      "classify pictures (PNG, JPEG, WebP, GIF and AVIF; any size, dark on light or light on dark)",
    load: () => import("./commands/predict.js"),
  },
  serve: {
    usage: "serve [options] <model>",
    description: "serve a model over HTTP, with a page to draw digits on",
    load: () => import("./commands/serve.js"),
  },
  export: {
    usage: "export [options] <model>",
    description: "write a model in another format: for any ONNX runtime, or for Keras",
    load: () => import("./commands/export.js"),
  },
  summary: {
    usage: "summary [model]",
    description: "print a model's layers, shapes and weights",
    load: () => import("./commands/summary.js"),
  },
  data: {
    usage: "data [options] [dir]",
    description: "check a data set or a folder of pictures, and print what it contains",
    load: () => import("./commands/data.js"),
  },
};

const { version } = createRequire(import.meta.url)("trazo/package.json") as { version: string };
const adviceAfterError = "(run with --help to see all options)";

/**
 * The command line. Only commands that are named in the arguments are loaded, since most of the time to start goes into what
 * they need.
 *
 * @param args the arguments, without the program's own name
 */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("trazo")
    .description("Train convolutional networks in TypeScript, with Keras's semantics and files.")
    .version(version)
    .showHelpAfterError(adviceAfterError)
    .configureHelp({
      subcommandTerm: (command) => entries[command.name()]?.usage ?? new Help().subcommandTerm(command),
    })
    .exitOverride();
  for (const [name, { description, load }] of Object.entries(entries)) {
    const command = program.command(name).description(description);
    command.exitOverride().showHelpAfterError(adviceAfterError);
    if (args.includes(name)) (await load()).configure(command);
  }
  return program;
}
