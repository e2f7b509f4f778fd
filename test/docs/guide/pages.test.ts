import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type KerasSignatures, kerasTables } from "../../../docs/keras-tables.js";
import { languages, pages } from "../../../docs/sections.js";
import { createProgram } from "../../../packages/cli/src/program.js";
import { textIn } from "../../../packages/cli/src/text/index.js";
import { blocksOf, docs, pathsIn, proseOf, readPage } from "./pages.js";

const [first, ...others] = languages;
const everyPage = languages.flatMap((lang) => pathsIn(lang).map((path) => ({ lang, path })));

/** Comments are translated, code is not. */
const withoutComments = (code: string): string => code.replace(/(^|\s+)(\/\/|#) .*$/gm, "").trim();

const headings = (text: string): number[] =>
  [...proseOf(text).matchAll(/^(#+) /gm)].map(([, marks = ""]) => marks.length);

/** The names of a page's sections in addresses, as GitHub and the built guide make them from headings. */
const sectionsOf = (text: string): string[] =>
  [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );

const images = (text: string): string[] =>
  [...proseOf(text).matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, address = ""]) => address);

describe("the guide", () => {
  it("has every page of its contents in every language, and no others", () => {
    const listed = ["index", ...pages.map(({ path }) => path)].sort();
    for (const lang of languages) expect(pathsIn(lang)).toEqual(listed);
  });

  it.each(others.flatMap((lang) => pathsIn(lang).map((path) => [lang, path] as const)))(
    "says in %s on the page %s what it says in the first language: the same sections, code, pictures and rows",
    (lang, path) => {
      const [one, other] = [readPage(first, path), readPage(lang, path)];
      expect(headings(other)).toEqual(headings(one));
      const code = (text: string) =>
        blocksOf(text)
          .filter(({ language }) => language !== "text") // formulas
          .map((block) => ({ ...block, code: withoutComments(block.code) }));
      expect(code(other)).toEqual(code(one));
      expect(images(other).map((address) => address.replace(`/${lang}/`, `/${first}/`))).toEqual(images(one));
      const rows = (text: string) => proseOf(text).match(/^\|.*\|$/gm)?.length ?? 0;
      expect(rows(other)).toBe(rows(one));
    },
  );

  it("has no picture without a text for those who do not see it, and none that is missing", () => {
    for (const { lang, path } of everyPage) {
      const prose = proseOf(readPage(lang, path));
      expect(prose).not.toMatch(/!\[\]/);
      for (const address of images(prose)) {
        expect(resolve(dirname(join(docs, lang, path)), address)).toSatisfy(existsSync);
      }
    }
  });

  it("links to pages and sections that there are", () => {
    const links = /\]\((?!https?:|[^)]*\.svg)([^)#\s]*)(?:#([^)\s]+))?\)/g;
    let count = 0;
    for (const { lang, path } of everyPage) {
      for (const [link, file = "", section] of proseOf(readPage(lang, path)).matchAll(links)) {
        const page = file === "" ? path : join(dirname(path), file.replace(/\.md$/, ""));
        expect(pathsIn(lang), `${lang}/${path}: ${link}`).toContain(page);
        if (section === undefined) continue;
        expect(sectionsOf(readPage(lang, page)), `${lang}/${path}: ${link}`).toContain(section);
        count++;
      }
    }
    expect(count).toBeGreaterThan(5);
  });

  it("shows the program that examples/ keeps", () => {
    const example = readFileSync(`${docs}../examples/mnist.ts`, "utf8");
    expect(blocksOf(readPage("en", "start")).map(({ code }) => code)).toContain(example);
  });

  it.each(languages)("has the tables of what there is that docs/write-tables.ts writes, in %s", (lang) => {
    const signatures = JSON.parse(readFileSync(`${docs}keras-signatures.json`, "utf8")) as KerasSignatures;
    expect(readPage(lang, "from-keras")).toContain(kerasTables(signatures, lang));
  });

  it("names commands, options, scripts and files that there are", async () => {
    const { scripts } = JSON.parse(readFileSync(`${docs}../package.json`, "utf8")) as {
      scripts: Record<string, string>;
    };
    const commands = await optionsOfCommands();
    for (const { lang, path } of everyPage) {
      const text = readPage(lang, path);
      for (const [line, name = ""] of text.matchAll(/npx trazo ([a-z]+)[^`\n]*/g)) {
        expect(commands.has(name), `${lang}/${path}: ${line}`).toBe(true);
        for (const [option] of withoutComments(line).matchAll(/(?<= )--[a-z-]+/g)) {
          expect([...(commands.get(name) ?? []), "--help"], `${lang}/${path}: ${line}`).toContain(option);
        }
      }
      for (const [, name = ""] of text.matchAll(/npm run ([a-z]+)/g)) expect(scripts).toHaveProperty(name);
      const files = [
        ...text.matchAll(
          /npx tsx ((?:bench|docs)\/[\w/-]+\.ts)|`((?:examples|bench)\/[\w/-]+\.\w+)`|^(interop\/\S+)/gm,
        ),
      ];
      for (const [, ...names] of files) {
        const name = names.find(Boolean) ?? "";
        expect(existsSync(`${docs}../${name}`), `${lang}/${path}: ${name}`).toBe(true);
      }
    }
  });
});

/** The options of each command, by its name. */
async function optionsOfCommands(): Promise<Map<string, string[]>> {
  const speech = { text: await textIn("en"), language: "en" } as const;
  const names = (await createProgram([], speech)).commands.map((command) => command.name());
  const { commands } = await createProgram(names, speech);
  return new Map(commands.map((command) => [command.name(), command.options.map(({ long }) => long ?? "")]));
}
