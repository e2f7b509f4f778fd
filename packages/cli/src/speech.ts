import type { Language } from "@trazo/practice";
import type { CliText } from "./text/index.js";

/** What is said, and in which language. */
export interface Speech {
  readonly text: CliText;
  readonly language: Language;
}
