import { createRequire } from "node:module";
import type { Command } from "commander";
import type { CommandModule } from "./commands/command-module.js";
import { LocalizedCommand } from "./localized-command.js";
import { languageOption } from "./options.js";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";

/** The commands as help lists them, with the file of each, which is loaded when it is needed. */
const commands: Readonly<Record<keyof CliText["commands"], () => Promise<CommandModule>>> = {
  train: () => import("./commands/train.js"),
  sweep: () => import("./commands/sweep.js"),
  studio: () => import("./commands/studio.js"),
  practice: () => import("./commands/practice.js"),
  compare: () => import("./commands/compare.js"),
  runs: () => import("./commands/runs.js"),
  worker: () => import("./commands/worker.js"),
  evaluate: () => import("./commands/evaluate.js"),
  predict: () => import("./commands/predict.js"),
  serve: () => import("./commands/serve.js"),
  export: () => import("./commands/export.js"),
  summary: () => import("./commands/summary.js"),
  data: () => import("./commands/data.js"),
};

const { version } = createRequire(import.meta.url)("trazo/package.json") as { version: string };

/**
 * The command line. Only commands that are named in the arguments are loaded, since most of the time to start goes into what
 * they need.
 *
 * @param args the arguments, without the program's own name
 */
export async function createProgram(args: readonly string[], { text, language }: Speech): Promise<Command> {
  const { help } = text;
  const usages = new Map(Object.entries(text.commands).map(([name, { usage }]) => [name, usage]));
  const program = new LocalizedCommand("trazo", text)
    .description(help.about)
    .version(version, "-V, --version", help.version)
    .addOption(languageOption(text, language))
    .helpCommand("help [command]", help.help)
    .configureHelp({ subcommandTerm: (command) => usages.get(command.name()) ?? `help ${help.someCommand}` });
  for (const [name, load] of Object.entries(commands)) {
    const command = program
      .command(name)
      .description(text.commands[name as keyof typeof commands].description);
    if (!args.includes(name)) continue;
    (await load()).configure(command, text, language);
    command.addOption(languageOption(text, language));
  }
  return program;
}
