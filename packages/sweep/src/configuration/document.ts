import { readFileSync } from "node:fs";
import { explainReadError } from "trazo/node";
import { type Document, isNode, LineCounter, type ParsedNode, parseDocument } from "yaml";
import { SweepError } from "../failures/index.js";
import { ConfigNode, type ConfigSource, type Path, type Place, placeText } from "./config-node.js";

/**
 * Reads a YAML or JSON file, which is YAML as well; every value keeps its line.
 *
 * @throws TrazoError when it cannot be read, or is not YAML, naming the line
 */
export function readDocument(path: string): ConfigNode {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const why = explainReadError(cause as NodeJS.ErrnoException);
    throw new SweepError(({ configuration }) => configuration.unreadable(path, why), { cause });
  }
  return parseText(text, path);
}

/**
 * @param name what messages call the text
 * @throws TrazoError when it is not YAML, naming the line
 */
export function parseText(text: string, name: string): ConfigNode {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    throw new SweepError(({ configuration: text }) =>
      text.invalidYaml(placeText({ source: name, line }, text), error.message),
    );
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  return new ConfigNode(value ?? {}, sourceOf(document, lines, name));
}

function sourceOf(document: Document.Parsed<ParsedNode>, lines: LineCounter, name: string): ConfigSource {
  return {
    placeOf(path: Path): Place {
      for (let length = path.length; length > 0; length--) {
        const start = startOf(document, path.slice(0, length));
        if (start !== undefined) return { source: name, line: lines.linePos(start).line };
      }
      return { source: name };
    },
  };
}

function startOf(document: Document.Parsed<ParsedNode>, path: Path): number | undefined {
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
