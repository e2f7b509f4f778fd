import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
// The declarations that users get: not everything that sources say of an option survives the compiler.
const entry = `${root}packages/trazo/dist/index.d.ts`;

interface Found {
  /** Every option, as `layers.dense: units`. */
  readonly options: Set<string>;
  /** Those of which an editor shows nothing. */
  readonly bare: Set<string>;
}

/** The options of every function and method that the library exports. */
function findOptions(): Found {
  const { config } = ts.readConfigFile(`${root}tsconfig.base.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const program = ts.createProgram([entry], { ...options, noEmit: true, composite: false });
  const checker = program.getTypeChecker();
  const found: Found = { options: new Set(), bare: new Set() };

  const visitModule = (module: ts.Symbol, prefix: string): void => {
    for (const exported of checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      const name = `${prefix}${exported.name}`;
      if (symbol.flags & ts.SymbolFlags.ValueModule) visitModule(symbol, `${name}.`);
      else if (symbol.flags & ts.SymbolFlags.Class) visitMethods(symbol, name);
      else if (symbol.flags & ts.SymbolFlags.Value) visitFunction(checker.getTypeOfSymbol(symbol), name);
    }
  };

  const visitMethods = (symbol: ts.Symbol, name: string): void => {
    for (const method of checker.getDeclaredTypeOfSymbol(symbol).getProperties()) {
      visitFunction(checker.getTypeOfSymbol(method), `${name}.${method.name}`);
    }
  };

  const visitFunction = (type: ts.Type, name: string): void => {
    for (const signature of type.getCallSignatures()) {
      for (const option of optionsOf(signature, checker)) {
        const described = `${name}: ${option.name}`;
        found.options.add(described);
        if (option.getDocumentationComment(checker).length === 0) found.bare.add(described);
      }
    }
  };

  const source = program.getSourceFile(entry) as ts.SourceFile;
  visitModule(checker.getSymbolAtLocation(source) as ts.Symbol, "");
  return found;
}

/** The properties of the parameter that is called options, as its last one; none where a function has none. */
function optionsOf(signature: ts.Signature, checker: ts.TypeChecker): readonly ts.Symbol[] {
  const last = signature.getParameters().at(-1);
  if (!last || !["options", "given"].includes(last.name)) return [];
  const type = checker.getTypeOfSymbol(last);
  const [inList] = checker.isTupleType(type) ? checker.getTypeArguments(type as ts.TypeReference) : [];
  const given = checker.getNonNullableType(inList ?? type);
  return given.isUnion() ? given.types.flatMap((one) => one.getProperties()) : given.getProperties();
}

it("editors show what is said of every option of every function and method", () => {
  const { options, bare } = findOptions();
  for (const known of [
    "layers.dense: units",
    "losses.huber: delta",
    "metrics.auc: numThresholds",
    "optimizers.adamW: beta1",
    "schedules.cosineDecay: alpha",
    "initializers.heNormal: seed",
    "regularizers.l1l2: l1",
    "callbacks.earlyStopping: monitor",
    "Model.fit: epochs",
    "loadModel: customObjects",
  ]) {
    expect(options).toContain(known);
  }
  expect([...bare]).toEqual([]);
}, 600_000);
