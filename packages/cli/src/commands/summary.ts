import type { Command } from "commander";
import { showSummary } from "../summary.js";

export function configure(command: Command): void {
  command
    .argument("[model]", "base, or a .keras, .h5 or .onnx model", "base")
    .action((model: string) => showSummary(model));
}
