// Bundles packages/trazo/src into packages/trazo/dist, so that `import "trazo"` opens a few files in place of some three hundred,
// most of them protobuf's: that is most of the time it takes. What is imported dynamically stays apart and loads when it is used.
// The declarations next to the bundles are the compiler's, one for each source file.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { inputOptions, outputOptions } from "./bundle-options.mjs";
import { filesOf, putInPlace } from "./put-in-place.mjs";

const library = fileURLToPath(new URL("../packages/trazo/", import.meta.url));
const dist = join(library, "dist");

/** What package.json's exports and imports lead to. They share chunks, so that a class is the same class from every entry. */
const entries = [
  "index",
  "core",
  "no-platform",
  "node/index",
  "node/platform",
  "node/data/read-worker",
  "web/index",
  "web/platform",
  "web/worker/index",
  // Finds the worker next to itself, so it has to stay where it is.
  "web/worker/start-worker",
];
/** Exported as objects such as `layers`: a file for each, in which a page's bundler sees what the page uses of it. */
const namespaces = {
  ...Object.fromEntries(
    "callbacks constraints initializers layers losses metrics optimizers regularizers schedules"
      .split(" ")
      .map((name) => [name, `${name}/index`]),
  ),
  ops: "graph/public-ops/index",
};
const platforms = entries.filter((entry) => /platform$/.test(entry));
const pages = ["web/index", "web/platform", "web/worker/index"];
const reached = new Map();
/** Their code is in the bundles; LICENSES-BUNDLED.txt says so. Every other package stays an import. */
const bundled = ["@bufbuild/protobuf", "onnx-buf"];

/** Characters beyond ASCII make an engine keep the whole text in two bytes a character, and read it more slowly. */
const ascii = {
  name: "ascii",
  // Not renderChunk: the bundler prints strings once more after it.
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type === "chunk") file.code = file.code.replace(/[^\0-\x7f]/g, escapeOf);
    }
  },
};

const escapeOf = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** protobuf builds the schema of schemas when it is imported. `require` is bundled as a call that does so when it is reached. */
const lazySchemas = {
  name: "lazy-schemas",
  transform: {
    filter: { id: /onnx-format[\\/]schemas\.ts$/ },
    handler(code) {
      const [line, name, source] = /import \{ (fileDesc) \} from ("\.\/file-desc\.js");\n/.exec(code);
      return { code: code.replace(line, "\n").replace(`${name}(`, `require(${source}).${name}(`), map: null };
    },
  },
};

/** A call of one of the library's own functions or classes: at a module's top such calls only give something, and do nothing else. */
const isMade = (init) =>
  /^(Call|New)Expression$/.test(init?.type) &&
  init.callee.type === "Identifier" &&
  !(init.callee.name in globalThis);

/** What stands before `as` and a type. */
const withoutType = (init) => (init?.type === "TSAsExpression" ? withoutType(init.expression) : init);

/**
 * Says of what is made at a module's top that nothing is lost without it, which a page's bundler cannot see: layers, losses and
 * callbacks that a page does not use stay out of it. As a function's result, since the calls among the arguments are of that kind, too.
 */
const droppableDefinitions = {
  name: "droppable-definitions",
  transform: {
    filter: { id: /trazo[\\/]src[\\/].*\.ts$/, code: /^(export )?const /m },
    handler(code) {
      const made = this.parse(code, { lang: "ts" })
        .body.map((node) => node.declaration ?? node)
        .filter(({ type, kind }) => type === "VariableDeclaration" && kind === "const")
        .flatMap(({ declarations }) => declarations.map(({ init }) => withoutType(init)))
        .filter(isMade);
      let wrapped = code;
      for (const { start, end } of made.reverse()) {
        const call = `/* @__PURE__ */ (() => ${wrapped.slice(start, end)})()`;
        wrapped = wrapped.slice(0, start) + call + wrapped.slice(end);
      }
      return { code: wrapped, map: null };
    },
  },
};

const bundle = await rolldown({
  plugins: [lazySchemas, droppableDefinitions, ascii],
  input: Object.fromEntries(
    [...entries, ...Object.values(namespaces)].map((entry) => [entry, join(library, "src", `${entry}.ts`)]),
  ),
  platform: "neutral",
  resolve: { mainFields: ["module", "main"] },
  external: (id) =>
    !/^[./]|^[A-Z]:/.test(id) && !bundled.some((name) => id === name || id.startsWith(`${name}/`)),
  ...inputOptions("The library"),
});
const { output } = await bundle.generate({
  ...outputOptions(dist),
  codeSplitting: {
    groups: [
      { name: sharedOf, debugName: "sharedOf", priority: 1 },
      { name: chunkOf, debugName: "chunkOf" },
    ],
  },
});
requirePlatformFirst();
const files = filesOf(output);
openNamespaces(files);
putInPlace(dist, new Map([...files, ...filesOf(await bundleForBrowsers())]));

/** The bundler makes an object of a namespace, with all that is in it: a page's entry passes on the file instead. */
function openNamespaces(files) {
  let code = files.get("web/index.js");
  for (const [name, entry] of Object.entries(namespaces)) {
    const passed = new RegExp(`\\b\\w+_exports as ${name}, `);
    if (!passed.test(code)) throw new Error(`The page's entry does not export ${name} as it did.`);
    code = `export * as ${name} from "../${entry}.js";\n${code.replace(passed, "")}`;
  }
  files.set("web/index.js", code);
}

/** The same for pages that have no bundler: nothing is imported from elsewhere. Files lie to each other as they do in web/. */
async function bundleForBrowsers() {
  const bundle = await rolldown({
    plugins: [lazySchemas],
    input: Object.fromEntries(
      ["index", "worker/index", "worker/start-worker"].map((entry) => [
        `browser/${entry}`,
        join(library, "src/web", `${entry}.ts`),
      ]),
    ),
    platform: "browser",
    resolve: { alias: { "#platform": join(library, "src/web/platform.ts") } },
    // Emscripten's programs look for Node before they ask for its modules.
    external: /^(node:|(fs|path|url|crypto|module|child_process)$)/,
    tsconfig: false,
    transform: { target: "es2023" },
  });
  const { output } = await bundle.generate({
    dir: dist,
    format: "es",
    minify: true,
    chunkFileNames: "browser/chunks/[name].js",
  });
  return output;
}

/**
 * Each file takes about a millisecond to open, so what is always needed is in few: what the platforms import, and the rest, of the core
 * and of Node's part of the library. What is imported dynamically, or by few entries, is split as the bundler does it.
 */
function chunkOf(id, graph) {
  const part = [
    ["core", "base", "core"],
    ["index", "files", "node"],
  ].find(([entry]) => reach([entry], graph).has(id));
  if (!part) return id.includes("rolldown/runtime") ? "base" : null;
  return reach(platforms, graph).has(id) ? part[1] : part[2];
}

/** What pages need of Node's part as well must not come with the rest of it, of which it would count as a part. */
function sharedOf(id, graph) {
  const isShared = reach(["index"], graph).has(id) && reach(pages, graph, true).has(id);
  return isShared && !reach(["core"], graph).has(id) ? "shared" : null;
}

/** The modules that entries import, directly or not: statically, or in any way. */
function reach(names, graph, inAnyWay = false) {
  const key = `${names.join()} ${inAnyWay}`;
  const known = reached.get(key);
  if (known) return known;
  const seen = new Set(names.map((name) => join(library, "src", `${name}.ts`)));
  for (const id of seen) {
    const { importedIds = [], dynamicallyImportedIds = [] } = graph.getModuleInfo(id) ?? {};
    for (const next of [...importedIds, ...(inAnyWay ? dynamicallyImportedIds : [])]) seen.add(next);
  }
  reached.set(key, seen);
  return seen;
}

/**
 * Modules that a platform needs before it exists may not import it themselves: each would wait for the other.
 * The bundler keeps them apart as long as the sources do.
 */
function requirePlatformFirst() {
  const chunks = new Map(
    output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]),
  );
  for (const platform of platforms) {
    const seen = new Set([`${platform}.js`]);
    for (const name of seen) {
      const { imports = [] } = chunks.get(name) ?? {};
      if (imports.includes("#platform"))
        throw new Error(`${name} imports the platform, but ${platform} needs it.`);
      for (const next of imports) if (chunks.has(next)) seen.add(next);
    }
  }
}
