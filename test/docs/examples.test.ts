import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as trazo from "../../packages/trazo/src/index.js";
import * as trazoNode from "../../packages/trazo/src/node/index.js";
import { errorsOf } from "./compile.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Example {
  /** The source file and the line of the docstring's example. */
  readonly where: string;
  readonly code: string;
}

const declared = (names: string, type: string): string =>
  names
    .split(" ")
    .map((name) => `declare const ${name}: import("trazo").${type};`)
    .join("\n");

/** The schema is the library's own: its examples are for those who work on it. */
const isSchema = (where: string): boolean => where.includes("/src/schema/");
const schemaImports = ["define", "option", "options"]
  .map((name) => `import * as ${name}Module from "./packages/trazo/src/schema/${name}.js";`)
  .concat(
    "const { define } = defineModule;",
    "const { defaultFrom, keyed, option, optional, withDefault } = optionModule;",
    "const { boolean, integer, number, numbers, oneOf, only, positiveInteger, rate, size, text } = optionsModule;",
    "type SizeOption = optionsModule.SizeOption;",
  )
  .join("\n");

/** What examples may use without declaring it: within graphs images and labels are symbolic, elsewhere they are data. */
const contextOf = (where: string): string =>
  [
    'type Dim = import("trazo").Dim;',
    isSchema(where) ? schemaImports : "",
    declared("model", "Sequential"),
    declared("runtime", "Runtime"),
    declared("dataset", "Dataset"),
    declared("xTrain yTrain xVal yVal xTest yTest", "Tensor"),
    declared("value x y kernel bias targets predictions", "Value"),
    declared("images labels", /src\/(graph|metrics|losses|layers)\//.test(where) ? "Value" : "Tensor"),
  ].join("\n");

function examplesIn(file: string): Example[] {
  const text = readFileSync(`${root}${file}`, "utf8");
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
    const plain = comment[0].replace(/^\/\*\*|\*\/$/g, "").replace(/^[ \t]*\* ?/gm, "");
    return [...plain.matchAll(/@example\s+([\s\S]*?)(?=^@|$(?![\s\S]))/gm)].map(([, code = ""], i) => ({
      where: `${file}:${text.slice(0, comment.index).split("\n").length}.${i}`,
      code: code.replace(/^```.*$/gm, "").trim(),
    }));
  });
}

/** An example as a module: it sees everything public, as if it had imported it. */
function moduleOf({ where, code }: Example): string {
  const own = new Set([...code.matchAll(/\b(?:const|let|function|class)\s+(\w+)/g)].map(([, name]) => name));
  for (const [, names = ""] of code.matchAll(/import(?:\s+type)?\s*\{([^}]*)\}/g)) {
    for (const name of names.split(",")) own.add(name.trim().replace(/^type\s+/, ""));
  }
  const namesOf = (entry: object): string =>
    Object.keys(entry)
      .filter((name) => !own.has(name))
      .join(", ");
  const nodeOnly = Object.fromEntries(Object.entries(trazoNode).filter(([name]) => !(name in trazo)));
  // Most examples have a model at hand; those that describe one call the function of that name.
  const isDescribed = /\bmodel\(\{/.test(code);
  const declarations = contextOf(where)
    .split("\n")
    .filter((line) => !own.has(/const (\w+)/.exec(line)?.[1] as string))
    .filter((line) => !(isDescribed && line.includes("const model:")))
    .join("\n");
  if (!isDescribed) own.add("model");
  return `import { ${namesOf(trazo)} } from "trazo";\nimport { ${namesOf(nodeOnly)} } from "trazo/node";\n${declarations}\n${code}\nexport {};\n`;
}

describe("examples in docstrings", () => {
  const files = ["trazo", "practice", "serve", "studio", "cli"].flatMap((name) =>
    readdirSync(`${root}packages/${name}/src`, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.includes("assembly"))
      .map((file) => `packages/${name}/src/${file}`),
  );
  const examples = files.flatMap(examplesIn);

  it("are found", () => {
    expect(examples.length).toBeGreaterThan(50);
  });

  it("compile", () => {
    const modules = new Map(
      examples.map((example) => [`${root}${example.where.replace(/[/:.]/g, "-")}.ts`, moduleOf(example)]),
    );
    expect(errorsOf(modules)).toEqual([]);
  }, 600_000);
});
