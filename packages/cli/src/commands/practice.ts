import { type Language, type Technique, techniques } from "@trazo/practice";
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  batchOption,
  dataOption,
  freshOption,
  outOption,
  saveEveryOption,
  threadsOption,
  whole,
} from "../options.js";
import { type PracticeFlags, runPractice } from "../practice.js";
import type { CliText } from "../text/index.js";

const names = techniques.map(({ name }) => name).join(", ");
const techniqueList =
  ({ values }: CliText) =>
  (given: string): Technique[] =>
    given.split(",").map((part, i, parts) => {
      const name = part.trim();
      const found = techniques.find((technique) => technique.name === name);
      if (!found) throw new InvalidArgumentError(values.unknownTechnique(name, names));
      if (parts.slice(0, i).some((other) => other.trim() === name)) {
        throw new InvalidArgumentError(values.techniqueTwice(name));
      }
      return found;
    });

export function configure(command: Command, text: CliText, language: Language): void {
  const { options } = text;
  command
    .addOption(
      new Option("--only <names>", options.only(names)).argParser(techniqueList(text)).conflicts("all"),
    )
    .option("--all", options.all)
    .option("--epochs <n>", options.epochs, whole(text, 1), 5)
    .option("--seeds <n>", options.seeds, whole(text, 1), 1)
    .option("--seed <n>", options.firstSeed, whole(text, 0), 42)
    .addOption(batchOption(text, 128))
    .addOption(outOption(text, options.practiceOut).default("runs/practice"))
    .addOption(freshOption(text))
    .addOption(saveEveryOption(text))
    .addOption(threadsOption(text))
    .addOption(dataOption(text))
    .action((flags: PracticeFlags) => runPractice(flags, { text, language }));
}
