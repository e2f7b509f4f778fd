import type { Command } from "commander";
import { dataOption, outOption, threadsOption, upTo } from "../options.js";
import { runStudio, type StudioFlags } from "../studio.js";
import type { CliText } from "../text/index.js";

export function configure(command: Command, text: CliText): void {
  command
    .option("--port <n>", text.options.port, upTo(text, 65_535, 0), 8123)
    .option("--open", text.options.open)
    .addOption(dataOption(text))
    .addOption(outOption(text, text.options.studioOut).default("runs/studio"))
    .addOption(threadsOption(text))
    .action((flags: StudioFlags) => runStudio(flags, text));
}
