import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "../../../docs/sections.js";

export const docs = fileURLToPath(new URL("../../../docs/", import.meta.url));

/** A block of code of a page. */
export interface CodeBlock {
  /** What follows the three ticks: `ts`, `sh`, … */
  readonly language: string;
  /** The second word there: `web` for code of a page, `node` for what is not. Most have none. */
  readonly place: string;
  readonly code: string;
}

/** The text of a page, by its path below the language's folder and without `.md`. */
export const readPage = (lang: Language, path: string): string =>
  readFileSync(`${docs}${lang}/${path}.md`, "utf8");

/** The paths of all files of a language. */
export const pathsIn = (lang: Language): string[] =>
  readdirSync(`${docs}${lang}`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.replaceAll("\\", "/").replace(/\.md$/, ""))
    .sort();

export const blocksOf = (text: string): CodeBlock[] =>
  [...text.matchAll(/^```(\w*) ?(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", place = "", code = ""]) => ({
      language,
      place,
      code,
    }),
  );

/** A page without its code. */
export const proseOf = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, "");
