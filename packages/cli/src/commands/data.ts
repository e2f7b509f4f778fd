import type { Command } from "commander";
import { type DataFlags, describeData } from "../data.js";
import { describePictures } from "../describe-pictures.js";
import { dataOption } from "../options.js";
import { UsageError } from "../usage-error.js";

export function configure(command: Command): void {
  command
    .argument("[dir]", "a folder of pictures, with a folder for each class (default: MNIST)")
    .addOption(dataOption())
    .action(async (directory: string | undefined, flags: DataFlags) => {
      if (directory === undefined) return await describeData(flags);
      if (flags.data !== undefined) throw new UsageError("Give a folder of pictures or --data, not both.");
      await describePictures(directory);
    });
}
