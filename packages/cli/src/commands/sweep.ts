import type { Language } from "@trazo/practice";
import { type Command, Option } from "commander";
import { outOption, queueOption, saveEveryOption, setOption, somePath, upTo } from "../options.js";
import { type SweepFlags, sweep } from "../sweep.js";
import type { CliText } from "../text/index.js";

export function configure(command: Command, text: CliText, language: Language): void {
  const { options } = text;
  command
    .argument("<file>", text.arguments.sweepFile)
    .addOption(setOption(text))
    .addOption(outOption(text, options.sweepOut))
    .option("--parallel <n>", options.parallel, upTo(text, 256))
    .option("--threads <n>", options.sweepThreads, upTo(text, 256))
    .addOption(saveEveryOption(text))
    .option("--retry-failed", options.retryFailed)
    .addOption(queueOption(text))
    .addOption(new Option("--queue-name <name>", options.queueName).default("runs"))
    .addOption(new Option("--store <place>", options.store).argParser(somePath(text)))
    .action((file: string, flags: SweepFlags) => sweep(file, flags, { text, language }));
}
