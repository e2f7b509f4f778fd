import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();
const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/keras/saved/${name}`, import.meta.url)).toString("base64");

/** A page's program: everything that needs no runtime. */
const page = (entry: string) => `
  import { fromKeras, layers, sequential, ops, readOnnx, TrazoError } from "${entry}";
  const decoded = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const [keras, h5] = ${JSON.stringify([fixture("keras3-base.keras"), fixture("keras2-base.h5")])}.map(decoded);
  const model = sequential(
    [layers.input({ shape: [4, 4, 1] }), layers.flatten(), layers.dense({ units: 2, activation: "softmax" })],
    { seed: 1 },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const counts = [];
  for (const bytes of [keras, h5]) counts.push((await fromKeras(bytes)).namedWeights().length);
  const refused = await model.save("model.keras").catch((error) => error);
  console.log(JSON.stringify({
    counts,
    graph: readOnnx(model.toOnnx(), "the file").graph.node.length > 0,
    step: model.trainGraph().length > 0,
    own: refused instanceof TrazoError && refused.message,
  }));
`;

async function bundled(entry: string) {
  writeFileSync(path("page.js"), page(entry));
  const bundle = await rolldown({
    input: path("page.js"),
    platform: "browser",
    resolve: {
      conditionNames: ["browser", "import", "default"],
      modules: [fileURLToPath(new URL("../../../../node_modules", import.meta.url))],
    },
    onLog(level, log) {
      if (level === "warn" && log.code === "UNRESOLVED_IMPORT") throw new Error(log.message);
    },
  });
  const { output } = await bundle.write({ dir: path("bundle"), format: "es" });
  return output.flatMap((file) => (file.type === "chunk" ? [file] : []));
}

it.each(["trazo/web", "trazo"])("a page that imports %s needs nothing of Node", async (entry) => {
  const chunks = await bundled(entry);
  const names = new Set(chunks.map(({ fileName }) => fileName));
  const others = chunks.flatMap(({ imports, dynamicImports }) =>
    [...imports, ...dynamicImports].filter((name) => !names.has(name)),
  );
  expect(others).toEqual([]);
  const withoutNode = `delete globalThis.process; delete globalThis.Buffer; await import(${JSON.stringify(path("bundle/page.js"))});`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", withoutNode], {
    encoding: "utf8",
  });
  expect(JSON.parse(printed)).toEqual({
    counts: [10, 10],
    graph: true,
    step: true,
    own: expect.stringContaining("There is no file system for paths here"),
  });
});
