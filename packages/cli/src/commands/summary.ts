import type { Command } from "commander";
import { showSummary } from "../summary.js";
import type { CliText } from "../text/index.js";

export function configure(command: Command, text: CliText): void {
  command
    .argument("[model]", text.arguments.modelToSum, "base")
    .action((model: string) => showSummary(model, text));
}
