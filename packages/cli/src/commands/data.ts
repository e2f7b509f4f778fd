import type { Language } from "@trazo/practice";
import type { Command } from "commander";
import { type DataFlags, describeData } from "../data.js";
import { describePictures } from "../describe-pictures.js";
import { dataOption } from "../options.js";
import type { CliText } from "../text/index.js";
import { UsageError } from "../usage-error.js";

export function configure(command: Command, text: CliText, language: Language): void {
  command
    .argument("[dir]", text.arguments.pictureFolder)
    .addOption(dataOption(text))
    .action(async (directory: string | undefined, flags: DataFlags) => {
      if (directory === undefined) return await describeData(flags, text);
      if (flags.data !== undefined) throw new UsageError(text.usage.folderOrData);
      await describePictures(directory, { text, language });
    });
}
