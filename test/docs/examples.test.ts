import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as trazo from "../../packages/trazo/src/index.js";
import * as trazoNode from "../../packages/trazo/src/node/index.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Example {
  /** The source file and the line of the docstring's example. */
  readonly where: string;
  readonly code: string;
}

/** What examples may use without declaring it. */
const context = `
declare const model: import("trazo").Sequential;
declare const runtime: import("trazo").Runtime;
declare const [images, labels, xTrain, yTrain, xVal, yVal, xTest, yTest]: import("trazo").Tensor[];
declare const [value, x, y, targets, predictions]: import("trazo").Value[];
`;

function examplesIn(file: string): Example[] {
  const text = readFileSync(`${root}${file}`, "utf8");
  return [...text.matchAll(/^[ \t]*\* @example\n[ \t]*\* ```ts\n((?:[ \t]*\*.*\n)*?)[ \t]*\* ```$/gm)].map(
    (match) => ({
      where: `${file}:${text.slice(0, match.index).split("\n").length}`,
      code: (match[1] as string).replace(/^[ \t]*\* ?/gm, ""),
    }),
  );
}

/** An example as a module: it sees everything public, as if it had imported it. */
function moduleOf({ code }: Example): string {
  const own = new Set([...code.matchAll(/\b(?:const|let|function|class)\s+(\w+)/g)].map(([, name]) => name));
  for (const [, names = ""] of code.matchAll(/import(?:\s+type)?\s*\{([^}]*)\}/g)) {
    for (const name of names.split(",")) own.add(name.trim().replace(/^type\s+/, ""));
  }
  const namesOf = (entry: object): string =>
    Object.keys(entry)
      .filter((name) => !own.has(name))
      .join(", ");
  const nodeOnly = Object.fromEntries(Object.entries(trazoNode).filter(([name]) => !(name in trazo)));
  const declarations = context.replace(/\b(\w+)(?=[,\]:])/g, (name) => (own.has(name) ? `${name}_` : name));
  return `import { ${namesOf(trazo)} } from "trazo";\nimport { ${namesOf(nodeOnly)} } from "trazo/node";\n${declarations}\n${code}\nexport {};\n`;
}

function errorsOf(modules: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const settings: ts.CompilerOptions = {
    ...options,
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const host = ts.createCompilerHost(settings);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (file) => modules.has(file) || fileExists(file);
  host.readFile = (file) => modules.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = modules.get(file);
    return text === undefined
      ? getSourceFile(file, ...rest)
      : ts.createSourceFile(file, text, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram([...modules.keys()], settings, host);
  return [...modules.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return ts
      .getPreEmitDiagnostics(program, source)
      .map(
        ({ messageText }) =>
          `${file.slice(root.length)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      );
  });
}

describe("examples in docstrings", () => {
  const files = ["trazo", "practice", "serve", "cli"].flatMap((name) =>
    readdirSync(`${root}packages/${name}/src`, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.includes("assembly"))
      .map((file) => `packages/${name}/src/${file}`),
  );
  const examples = files.flatMap(examplesIn);

  it("are found", () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  it("are all in fenced blocks of TypeScript", () => {
    const all = files.map(
      (file) => readFileSync(`${root}${file}`, "utf8").match(/^[ \t]*\* @example/gm)?.length ?? 0,
    );
    expect(all.reduce((sum, count) => sum + count, 0)).toBe(examples.length);
  });

  it("compile", () => {
    const modules = new Map(
      examples.map((example) => [`${root}${example.where.replace(/[/:.]/g, "-")}.ts`, moduleOf(example)]),
    );
    expect(errorsOf(modules)).toEqual([]);
  });
});
