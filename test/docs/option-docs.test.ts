import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
// The declarations that users get: not everything that sources say of an option survives the compiler.
const entry = `${root}packages/trazo/dist/index.d.ts`;
const rooms = ["layers", "losses", "regularizers", "schedules"];

/** The options that a function takes as its only argument; none where it takes something else. */
function optionsOf(signature: ts.Signature, checker: ts.TypeChecker): readonly ts.Symbol[] {
  const [first] = signature.getParameters();
  if (!first || !["options", "given"].includes(first.name)) return [];
  const type = checker.getTypeOfSymbol(first);
  const [inList] = checker.isTupleType(type) ? checker.getTypeArguments(type as ts.TypeReference) : [];
  return checker.getNonNullableType(inList ?? type).getProperties();
}

/** What an editor shows for the options of each function in these rooms: undocumented ones, by name. */
function undocumented(): { readonly seen: number; readonly bare: string[] } {
  const { config } = ts.readConfigFile(`${root}tsconfig.base.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const program = ts.createProgram([entry], { ...options, noEmit: true, composite: false });
  const checker = program.getTypeChecker();
  const bare: string[] = [];
  let seen = 0;
  const source = program.getSourceFile(entry) as ts.SourceFile;
  for (const room of checker.getExportsOfModule(checker.getSymbolAtLocation(source) as ts.Symbol)) {
    if (!rooms.includes(room.name)) continue;
    for (const exported of checker.getExportsOfModule(checker.getAliasedSymbol(room))) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      if ((symbol.flags & ts.SymbolFlags.Value) === 0) continue;
      for (const signature of checker.getTypeOfSymbol(symbol).getCallSignatures()) {
        for (const option of optionsOf(signature, checker)) {
          seen++;
          if (option.getDocumentationComment(checker).length === 0) {
            bare.push(`${room.name}.${exported.name}: ${option.name}`);
          }
        }
      }
    }
  }
  return { seen, bare };
}

it("editors show what is said of every option of every layer, loss, regularizer and schedule", () => {
  const { seen, bare } = undocumented();
  expect(seen).toBeGreaterThan(100);
  expect(bare).toEqual([]);
}, 600_000);
