import type { Command } from "commander";
import { dataOption, outOption, threadsOption, upTo } from "../options.js";
import { runStudio, type StudioFlags } from "../studio.js";

export function configure(command: Command): void {
  command
    .option("--port <n>", "port to listen on; 0 for any free one", upTo(65_535, 0), 8123)
    .option("--open", "open the page in the browser")
    .addOption(dataOption())
    .addOption(outOption("folder for the runs").default("runs/studio"))
    .addOption(threadsOption())
    .action((flags: StudioFlags) => runStudio(flags));
}
