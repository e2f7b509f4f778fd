import type { Command } from "commander";
import { dataOption, languageOption, outOption, threadsOption } from "../options.js";
import { type CompareFlags, compareRuns } from "../practice.js";

export function configure(command: Command): void {
  command
    .argument("<runs...>", "folders of finished runs")
    .addOption(outOption("folder for the report").default("runs/comparison"))
    .addOption(languageOption())
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((folders: string[], flags: CompareFlags) => compareRuns(folders, flags));
}
