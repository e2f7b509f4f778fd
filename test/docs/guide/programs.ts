import ts from "typescript";
import { pages } from "../../../docs/sections.js";
import { given } from "./given.js";
import { blocksOf, readPage } from "./pages.js";

/** The blocks of a page of the guide that belong together, as one program: those for web pages, or the others. */
function programOf(path: string, isForPages: boolean): string {
  const blocks = blocksOf(readPage("en", path)).filter(
    ({ language, place }) => language === "ts" && (place === "web") === isForPages,
  );
  if (blocks.length === 0) return "";
  return [isForPages ? "" : (given[path] ?? ""), ...blocks.map(({ code }) => code), "export {};"].join("\n");
}

/** The programs of the guide's pages that have one, by the pages' paths. */
export const programs = (isForPages: boolean): Map<string, string> =>
  new Map(
    pages
      .map(({ path }) => [path, programOf(path, isForPages)] as const)
      .filter(([, program]) => program !== ""),
  );

/** A program as JavaScript. */
export const javaScriptOf = (program: string): string =>
  ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  }).outputText;
