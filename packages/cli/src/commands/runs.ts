import type { Command } from "commander";
import { showRuns } from "../practice.js";
import type { CliText } from "../text/index.js";

export function configure(command: Command, text: CliText): void {
  command.argument("[dir]", text.arguments.runsFolder).action((root?: string) => showRuns(text, root));
}
