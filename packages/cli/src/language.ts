import type { Language } from "@trazo/practice";
import { languages } from "./text/index.js";

/**
 * The language to speak: that of `--lang`, else that of the environment (`LC_ALL`, `LC_MESSAGES`, `LANG`, the first that is set),
 * else English. A `--lang` that is unknown is left to the parser, which refuses it.
 *
 * @param args the command line, without the program's own name
 */
export function chosenLanguage(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  return known(optionIn(args)) ?? known(LC_ALL || LC_MESSAGES || LANG) ?? "en";
}

function optionIn(args: readonly string[]): string | undefined {
  const last = args.findLastIndex((arg) => arg === "--lang" || arg.startsWith("--lang="));
  const arg = args[last];
  return arg === "--lang" ? args[last + 1] : arg?.slice("--lang=".length);
}

/** `es_ES.UTF-8` is Spanish. */
const known = (name: string | undefined): Language | undefined =>
  languages.find((language) => language === name?.split(/[_.@-]/)[0]?.toLowerCase());
