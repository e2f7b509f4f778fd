import type { Command } from "commander";
import { showRuns } from "../practice.js";

export function configure(command: Command): void {
  command
    .argument("[dir]", "a folder of runs, or of folders of them; default: runs")
    .action((root?: string) => showRuns(root));
}
