import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
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

async function bundled(program: string) {
  writeFileSync(path("page.js"), program);
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
  const { output } = await bundle.write({ dir: path("bundle"), format: "es", minify: true });
  return output.flatMap((file) => (file.type === "chunk" ? [file] : []));
}

it.each(["trazo/web", "trazo"])("a page that imports %s needs nothing of Node", async (entry) => {
  const chunks = await bundled(page(entry));
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

/** Builds, trains and saves the practice's base network. */
const baseProgram = `
  import { divide, layers, loadMnist, sequential, toCategorical } from "trazo";
  const { train } = await loadMnist("/mnist.gz");
  const pooling = () => layers.averagePooling2d({ poolSize: 2, strides: 2 });
  const dense = () => layers.dense({ units: 1024, activation: "relu" });
  const model = sequential([
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }),
    pooling(),
    layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
    pooling(),
    layers.flatten(),
    dense(),
    dense(),
    layers.dense({ units: 10, activation: "softmax" }),
  ]);
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  await model.fit(divide(train.images, 255), toCategorical(train.labels, 10), { batchSize: 128 });
  await model.save("base.keras");
`;

const kilobytes = (bytes: number): number => Math.round(bytes / 100) / 10;

it("a page that trains and saves the base network loads less than 144 kB of the library, and 50 kB of kernels", async () => {
  const chunks = await bundled(baseProgram);
  // What is loaded whatever a page does, and what training and saving load when they come to it.
  const needed = new Set<string>();
  const visit = (name: string): void => {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    if (!chunk || needed.has(name)) return;
    needed.add(name);
    chunk.imports.forEach(visit);
    for (const next of chunk.dynamicImports) if (/^(planning|save|encode-model)/.test(next)) visit(next);
  };
  visit(chunks.find(({ isEntry }) => isEntry)?.fileName as string);
  const used = chunks.filter(({ fileName }) => needed.has(fileName));
  // Kernels are in the code as base64: long runs of it, each counted as the bytes that it stands for.
  let kernels = 0;
  const own = used.reduce((sum, { code }) => {
    const rest = code.replace(/[A-Za-z0-9+/]{1000,}={0,2}/g, (text) => {
      kernels += brotliCompressSync(Buffer.from(text, "base64")).length;
      return "";
    });
    return sum + brotliCompressSync(rest).length;
  }, 0);
  const sizes = { own: kilobytes(own), kernels: kilobytes(kernels) };
  console.log(`Compressed: ${sizes.own} kB of code, ${sizes.kernels} kB of kernels, in ${used.length} files`);
  expect(sizes.own).toBeLessThan(144);
  expect(sizes.kernels).toBeLessThan(50);
  expect(sizes.kernels).toBeGreaterThan(15);
  const modules = chunks.flatMap(({ modules }) => Object.keys(modules));
  expect(modules.some((id) => id.includes("onnxruntime"))).toBe(false);
  const early = used.flatMap((chunk) => Object.keys(chunk.modules));
  expect(early.some((id) => id.includes("hdf5-writer"))).toBe(false);
  expect(readdirSync(path("bundle")).some((name) => name.endsWith(".wasm"))).toBe(false);
});

it("a page that preloads what writes Keras files has the library's own writer, and no package that it does not bring", async () => {
  const chunks = await bundled('import { preload } from "trazo/web"; await preload("kerasFiles");');
  const modules = chunks.flatMap(({ modules }) => Object.keys(modules));
  expect(modules.some((id) => id.includes("hdf5-writer"))).toBe(true);
  expect(modules.some((id) => id.includes("h5wasm"))).toBe(false);
});
