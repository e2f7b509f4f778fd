import type { Command } from "commander";
import { type DataFlags, describeData } from "../data.js";
import { dataOption } from "../options.js";

export function configure(command: Command): void {
  command.addOption(dataOption()).action((flags: DataFlags) => describeData(flags));
}
