// Bundles packages/trazo/src into packages/trazo/dist, so that `import "trazo"` opens a few files in place of some three hundred,
// most of them protobuf's: that is most of the time it takes. What is imported dynamically stays apart and loads when it is used.
// The declarations beside the bundles are the compiler's, one for each source file.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const library = fileURLToPath(new URL("../packages/trazo/", import.meta.url));
const dist = join(library, "dist");

/** What package.json's exports and imports lead to. They share chunks, so that a class is the same class from every entry. */
const entries = ["index", "core", "no-platform", "node/index", "node/platform", "web/index", "web/platform"];
/** Their code is in the bundles; LICENSES-BUNDLED.txt says so. Every other package stays an import. */
const bundled = ["@bufbuild/protobuf", "onnx-buf"];

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [entry, join(library, "src", `${entry}.ts`)])),
  platform: "neutral",
  resolve: { mainFields: ["module", "main"] },
  external: (id) =>
    !/^[./]|^[A-Z]:/.test(id) && !bundled.some((name) => id === name || id.startsWith(`${name}/`)),
  tsconfig: false,
  transform: { target: "es2023" },
  onLog(level, log, report) {
    if (level === "warn") throw new Error(`The library cannot be bundled: ${log.message}`);
    report(level, log);
  },
});
const { output } = await bundle.write({
  dir: dist,
  format: "es",
  sourcemap: true,
  // Editors show the declarations' comments; the sources in the maps have the rest.
  comments: { legal: true, annotation: true, jsdoc: false },
  chunkFileNames: "chunks/[name].js",
});
requirePlatformFirst();
removeOthers(new Set(output.map(({ fileName }) => join(dist, fileName))));

/**
 * Modules that a platform needs before it exists may not import it themselves: each would wait for the other.
 * The bundler keeps them apart as long as the sources do.
 */
function requirePlatformFirst() {
  const chunks = new Map(
    output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]),
  );
  for (const platform of entries.filter((entry) => /platform$/.test(entry))) {
    const seen = new Set([`${platform}.js`]);
    for (const name of seen) {
      const { imports = [] } = chunks.get(name) ?? {};
      if (imports.includes("#platform"))
        throw new Error(`${name} imports the platform, but ${platform} needs it.`);
      for (const next of imports) if (chunks.has(next)) seen.add(next);
    }
  }
}

/** Chunks of earlier builds, and what the compiler wrote before there were bundles. */
function removeOthers(written) {
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const path = join(dist, name);
    if (/\.js(\.map)?$/.test(name) && !written.has(path)) rmSync(path);
  }
}
