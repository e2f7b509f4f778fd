import type { Language } from "@trazo/practice";
import type { Command } from "commander";
import type { CliText } from "../text/index.js";

/** The file of a command: adds its arguments, options and action. */
export interface CommandModule {
  configure(command: Command, text: CliText, language: Language): void;
}
