// Puts the notebooks together from notebooks/source: one program whose parts are the cells, and its texts in two languages. So both
// notebooks run the same code.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../../notebooks/source/", import.meta.url));

/** The notebooks by language. */
export const notebooks = { es: "practica.ipynb", en: "practice.ipynb" };

const marker = /^ *\/\/ %% (text )?(\S+)$/;
const comment = /^( *)\/\/ \[(\S+)\]$/;

/**
 * The cells of a language's notebook, without outputs.
 *
 * @returns {{ id: string, type: "code" | "markdown", source: string }[]}
 */
export function cellsOf(language) {
  const texts = textsOf(language);
  return partsOf(readFileSync(`${source}practice.ts`, "utf8")).map(({ isText, name, lines }) =>
    isText
      ? { id: `text-${name}`, type: "markdown", source: texts.get(name) }
      : { id: name, type: "code", source: codeOf(lines, texts) },
  );
}

function partsOf(program) {
  const parts = [];
  for (const line of program.split("\n")) {
    const [, text, name] = marker.exec(line) ?? [];
    if (name) parts.push({ isText: text !== undefined, name, lines: [] });
    else parts.at(-1)?.lines.push(line);
  }
  return parts;
}

/** Without the braces around cells, and with the comments of the language. */
function codeOf(lines, texts) {
  const isScoped =
    lines.some((line) => line.startsWith("  ")) && lines.every((line) => /^(?: {2}.*|[{}]?)$/.test(line));
  const own = lines.filter((line) => line !== "{" && (line !== "}" || !isScoped));
  return own
    .map((line) => (isScoped ? line.replace(/^ {2}/, "") : line))
    .map((line) => line.replace(comment, (_, indent, name) => `${indent}// ${texts.get(`// ${name}`)}`))
    .join("\n")
    .trim();
}

/** Texts by their names. */
function textsOf(language) {
  const file = `${language}.md`;
  const [, ...parts] = readFileSync(source + file, "utf8").split(/^<!-- (.+) -->$/m);
  const texts = new Map();
  for (let i = 0; i < parts.length; i += 2) texts.set(parts[i], unwrapped(parts[i + 1].trim()));
  return {
    get(name) {
      if (!texts.has(name)) throw new Error(`notebooks/source/${file} has no text "${name}".`);
      return texts.get(name);
    },
  };
}

/** Each paragraph on one line, as notebooks wrap by themselves. */
const unwrapped = (text) => text.replace(/([^\n])\n(?![\n#-])/g, "$1 ");

/** A notebook file of cells, with the outputs that an executed one has for the same code. */
export function notebookFile(cells, executed) {
  const before = new Map((executed?.cells ?? []).map((cell) => [cell.id, cell]));
  const language_info = executed?.metadata.language_info ?? { name: "typescript", file_extension: ".ts" };
  return {
    cells: cells.map(({ id, type, source: text }) => {
      const base = { id, cell_type: type, metadata: {}, source: linesOf(text) };
      if (type === "markdown") return base;
      const same = before.get(id);
      const isSame = same !== undefined && withoutComments(same.source.join("")) === withoutComments(text);
      return {
        ...base,
        execution_count: isSame ? same.execution_count : null,
        outputs: isSame ? same.outputs : [],
      };
    }),
    metadata: {
      kernelspec: { name: "deno", display_name: "Deno", language: "typescript" },
      language_info,
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** Code without the comments that are translated: those on a line of their own. */
export const withoutComments = (code) =>
  code
    .split("\n")
    .filter((line) => !/^ *\/\/ /.test(line))
    .join("\n");

const linesOf = (text) => text.split(/(?<=\n)/);
