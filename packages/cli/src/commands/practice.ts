import { type Technique, techniques } from "@trazo/practice";
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  batchOption,
  dataOption,
  freshOption,
  languageOption,
  outOption,
  saveEveryOption,
  threadsOption,
  whole,
} from "../options.js";
import { type PracticeFlags, runPractice } from "../practice.js";

const names = techniques.map(({ name }) => name).join(", ");
const techniqueList = (text: string): Technique[] =>
  text.split(",").map((part, i, parts) => {
    const name = part.trim();
    const found = techniques.find((technique) => technique.name === name);
    if (!found) throw new InvalidArgumentError(`Unknown technique "${name}". Known: ${names}.`);
    if (parts.slice(0, i).some((other) => other.trim() === name)) {
      throw new InvalidArgumentError(`${name} is listed twice. For several runs of each, give --seeds.`);
    }
    return found;
  });

export function configure(command: Command): void {
  command
    .addOption(
      new Option("--only <names>", `techniques, separated by commas: ${names}`)
        .argParser(techniqueList)
        .conflicts("all"),
    )
    .option("--all", "all techniques")
    .option("--epochs <n>", "epochs to train", whole(1), 5)
    .option("--seeds <n>", "runs of each technique, with consecutive seeds", whole(1), 1)
    .option("--seed <n>", "the first seed", whole(0), 42)
    .addOption(batchOption(128))
    .addOption(outOption("folder for the runs and the report").default("runs/practice"))
    .addOption(freshOption())
    .addOption(saveEveryOption())
    .addOption(languageOption())
    .addOption(threadsOption())
    .addOption(dataOption())
    .action((flags: PracticeFlags) => runPractice(flags));
}
