import type { Language } from "@trazo/practice";
import type { Command } from "commander";
import { dataOption, outOption, threadsOption } from "../options.js";
import { type CompareFlags, compareRuns } from "../practice.js";
import type { CliText } from "../text/index.js";

export function configure(command: Command, text: CliText, language: Language): void {
  command
    .argument("<runs...>", text.arguments.finishedRuns)
    .addOption(outOption(text, text.options.compareOut).default("runs/comparison"))
    .addOption(threadsOption(text))
    .addOption(dataOption(text))
    .action((folders: string[], flags: CompareFlags) => compareRuns(folders, flags, { text, language }));
}
