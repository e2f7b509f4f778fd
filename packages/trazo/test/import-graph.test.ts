import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../src/", import.meta.url));

interface Import {
  /** A file below `src`, or the name of a module outside it. */
  readonly to: string;
  /** `type`: gone after compiling. `dynamic`: loaded when it is used. */
  readonly kind: "value" | "type" | "dynamic";
}

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => file.endsWith(".ts") && !file.startsWith("kernels/assembly/"));

const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): Import[] {
  const text = readFileSync(join(source, file), "utf8");
  return specifiersIn(file, text).map(({ to, kind }) => ({ to: target(file, to), kind }));
}

/** What a file's text imports, as it is written there. */
function specifiersIn(file: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, kind: Import["kind"]): void => {
    if (specifier && ts.isStringLiteral(specifier)) found.push({ to: specifier.text, kind });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node) ? "type" : "value");
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node) ? "type" : "value");
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], "dynamic");
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2023));
  return found;
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  const isExport = ts.isExportDeclaration(node);
  if (isExport ? node.isTypeOnly : node.importClause?.isTypeOnly) return true;
  const names = isExport ? node.exportClause : node.importClause?.namedBindings;
  if (!names || !(ts.isNamedImports(names) || ts.isNamedExports(names))) return false;
  const hasDefault = !isExport && node.importClause?.name !== undefined;
  return !hasDefault && names.elements.every(({ isTypeOnly }) => isTypeOnly);
}

function target(from: string, specifier: string): string {
  // What the core knows of a platform; which one it is, the package's conditions decide.
  if (specifier === "#platform") return "ports/platform.ts";
  if (!specifier.startsWith(".")) return specifier;
  return relative(source, join(source, dirname(from), specifier.replace(/\.js$/, ".ts")))
    .split(sep)
    .join("/");
}

/** The groups of nodes that can be reached from each other (Tarjan 1972), each in order of its names. */
function circles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    const number = numbers.size;
    numbers.set(node, number);
    lowest.set(node, number);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!numbers.has(next)) visit(next);
      if (stack.includes(next)) {
        lowest.set(node, Math.min(lowest.get(node) as number, lowest.get(next) as number));
      }
    }
    if (lowest.get(node) !== number) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) found.push(group.sort());
  };
  for (const node of graph.keys()) if (!numbers.has(node)) visit(node);
  return found;
}

/** Who imports whom, where `place` makes one node of several files. */
function graphOf(
  place: (file: string) => string,
  counts: (found: Import) => boolean = () => true,
): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [file, found] of imports) {
    const own = place(file);
    const others = graph.get(own) ?? new Set();
    graph.set(own, others);
    for (const { to } of found.filter((one) => imports.has(one.to) && counts(one))) {
      if (place(to) !== own) others.add(place(to));
    }
  }
  return graph;
}

const isAdapter = (file: string): boolean => /^(?:node|web)\//.test(file) || file === "index.ts";

/** Two folders count as one with what is in them: the graph and its operators, and ONNX files and their quantization. */
function folderOf(file: string): string {
  const [whole] = /^(?:graph|onnx)(?=\/)/.exec(file) ?? [];
  return whole ?? (dirname(file) === "." ? file : dirname(file));
}

describe("imports within the library", () => {
  it("are seen", () => {
    expect(imports.get("model/model.ts")).toContainEqual({ to: "model/engine.ts", kind: "value" });
    expect(imports.get("model/savable-model.ts")).toContainEqual({ to: "model/save.ts", kind: "dynamic" });
    expect(imports.get("model/layered-model.ts")).toContainEqual({ to: "graph/value.ts", kind: "type" });
    for (const [file, found] of imports) {
      for (const { to } of found)
        if (to.endsWith(".ts")) expect(imports.has(to), `${file}: ${to}`).toBe(true);
    }
    expect(
      circles(
        new Map([
          ["a", new Set("b")],
          ["b", new Set("c")],
          ["c", new Set("b")],
        ]),
      ),
    ).toEqual([["b", "c"]]);
  });

  it("lead to nothing of Node's, and to no adapter, from the core", () => {
    const wrong = [...imports]
      .filter(([file]) => !isAdapter(file))
      .flatMap(([file, found]) =>
        found.filter(({ to }) => to.startsWith("node:") || isAdapter(to)).map(({ to }) => `${file}: ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  it("make no circle between folders", () => {
    expect(circles(graphOf(folderOf))).toEqual([]);
  });

  it("make no circle between files, but for types within graph/", () => {
    const outside = circles(graphOf((file) => (file.startsWith("graph/") ? "graph" : file)));
    expect(outside).toEqual([]);
    expect(
      circles(
        graphOf(
          (file) => file,
          ({ kind }) => kind !== "type",
        ),
      ),
    ).toEqual([]);
  });

  it("lead to nothing of Node's from what browsers load", () => {
    const wrong = [...imports]
      .filter(([file]) => file.startsWith("web/"))
      .flatMap(([file, found]) =>
        found.filter(({ to }) => /^node[:/]/.test(to) || to === "index.ts").map(({ to }) => `${file}: ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  it.each(["node/platform.ts", "web/platform.ts"])("let %s load before the core that uses it", (platform) => {
    const seen = new Set([platform]);
    for (const file of seen) {
      for (const { to, kind } of imports.get(file) ?? [])
        if (imports.has(to) && kind === "value") seen.add(to);
    }
    const users = [...seen].filter((file) =>
      readFileSync(join(source, file), "utf8").includes('"#platform"'),
    );
    expect(users).toEqual([]);
  });
});

describe("imports of the applications", () => {
  const packages = fileURLToPath(new URL("../../", import.meta.url));
  const applications = ["practice", "serve", "cli", "studio", "sweep", "queue"];
  const entries = new Set(["trazo", ...applications].flatMap(entriesOf));

  function entriesOf(folder: string): string[] {
    const { name, exports } = JSON.parse(readFileSync(join(packages, folder, "package.json"), "utf8")) as {
      name: string;
      exports: Record<string, unknown>;
    };
    return Object.keys(exports).map((entry) => name + entry.slice(1));
  }

  it.each(applications)("are public entries of the other packages: %s", (application) => {
    const folder = join(packages, application, "src");
    const found = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) =>
        specifiersIn(file, readFileSync(join(folder, file), "utf8")).map(({ to }) => ({ file, to })),
      );
    expect(found.some(({ to }) => to === "trazo" || to === "trazo/node")).toBe(true);
    const wrong = found.filter(({ file, to }) =>
      to.startsWith(".")
        ? relative(folder, join(folder, dirname(file), to)).startsWith("..")
        : /^(?:@?trazo)(?:\/|$)/.test(to) && !entries.has(to),
    );
    expect(wrong).toEqual([]);
  });
});

it("the version is the package's", async () => {
  const { version } = JSON.parse(readFileSync(join(source, "..", "package.json"), "utf8")) as {
    version: string;
  };
  expect((await import("../src/version.js")).version).toBe(version);
});
