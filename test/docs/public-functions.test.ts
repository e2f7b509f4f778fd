import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const entry = `${root}packages/trazo/src/index.ts`;

/** They take a generator of random numbers, which is the library's own. */
const ownUse = ["ImageDataGenerator.randomParameters", "ImageDataGenerator.writeBatch"];

const isDocumented = (symbol: ts.Symbol): boolean =>
  symbol.getJsDocTags().some(({ name }) => name === "example");

/** Methods that users see: neither private, nor for the library alone. */
function methodsOf(type: ts.Symbol): ts.Symbol[] {
  return [...(type.members?.values() ?? [])].filter(({ declarations = [] }) =>
    declarations.some(
      (declaration) =>
        ts.isMethodDeclaration(declaration) &&
        ts.isIdentifier(declaration.name) &&
        !ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === "internal"),
    ),
  );
}

/** Every function that can be imported, and the methods of every class, by name. */
function publicFunctions(): Map<string, ts.Symbol> {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([entry], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const found = new Map<string, ts.Symbol>();
  const visit = (module: ts.Symbol, prefix: string): void => {
    for (const exported of checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      const name = `${prefix}${exported.name}`;
      if (symbol.flags & ts.SymbolFlags.Module) visit(symbol, `${name}.`);
      else if (symbol.flags & ts.SymbolFlags.Class) {
        for (const method of methodsOf(symbol)) found.set(`${name}.${method.name}`, method);
      } else if (symbol.flags & ts.SymbolFlags.Value) {
        const isFunction = checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
        if (isFunction) found.set(name, symbol);
      }
    }
  };
  visit(checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile) as ts.Symbol, "");
  return found;
}

it("every function and method that can be imported is documented with an example", () => {
  const functions = publicFunctions();
  expect([...functions.keys()]).toEqual(
    expect.arrayContaining(["tensor", "layers.conv2d", "callbacks.csvLogger", "ops.add", "Model.fit"]),
  );
  const bare = [...functions].filter(([, symbol]) => !isDocumented(symbol)).map(([name]) => name);
  expect(bare.sort()).toEqual(ownUse);
}, 600_000);
