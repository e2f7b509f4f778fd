/**
 * Compiles the AssemblyScript below packages/trazo/src/kernels and writes each WebAssembly module as base64 into a file of
 * packages/trazo/src/kernels/generated, so that Node and browsers load it the same way, without reading a file.
 * Does nothing where that file was made from the same sources by the same compiler.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tilesSource } from "./product-tiles.mjs";

const kernels = fileURLToPath(new URL("../packages/trazo/src/kernels/", import.meta.url));

/** Memory that threads share is declared as such, with what 32-bit addresses reach as its limit. */
const sharedMemory = [
  "--enable",
  "threads",
  "--sharedMemory",
  "--initialMemory",
  "1",
  "--maximumMemory",
  "65536",
];

const modules = [
  { folder: "assembly", file: "module.ts", constant: "kernelModule", extraFlags: [] },
  { folder: "assembly", file: "shared-module.ts", constant: "sharedKernelModule", extraFlags: sharedMemory },
  {
    folder: "assembly",
    entry: "inputs.ts",
    file: "input-module.ts",
    constant: "inputKernelModule",
    extraFlags: sharedMemory,
  },
  { folder: "assembly/plan", file: "plan-module.ts", constant: "planKernelModule", extraFlags: sharedMemory },
  {
    folder: "assembly/plan",
    entry: "rare.ts",
    file: "rare-plan-module.ts",
    constant: "rarePlanKernelModule",
    extraFlags: sharedMemory,
  },
  {
    folder: "assembly/products",
    file: "products-module.ts",
    constant: "productsModule",
    extraFlags: sharedMemory,
    written: { "tiles.ts": tilesSource(4) },
  },
  {
    folder: "assembly/products",
    file: "relaxed-products-module.ts",
    constant: "relaxedProductsModule",
    extraFlags: [...sharedMemory, "--enable", "relaxed-simd"],
    written: { "tiles.ts": tilesSource(6) },
  },
];

/** Imported memory: the host decides its size. The stub runtime has no allocator and no garbage collector. */
const flags = [
  "-O3",
  "--noAssert",
  "--enable",
  "simd",
  "--runtime",
  "stub",
  "--importMemory",
  "--noExportMemory",
  "--use",
  "abort=",
];

const { version } = createRequire(import.meta.url)("assemblyscript/package.json");

for (const module of modules) await build(module);

/**
 * @param entry the file whose exports are the module's
 * @param written sources that a program writes, by the names of their files
 */
async function build({ folder, entry = "index.ts", file, constant, extraFlags, written = {} }) {
  const sources = new Map([...(await readSources(join(kernels, folder))), ...Object.entries(written)]);
  const target = join(kernels, "generated", file);
  const allFlags = [...flags, ...extraFlags];
  const stamp = createHash("sha256")
    .update(JSON.stringify([version, allFlags, entry, [...sources]]))
    .digest("hex");
  if ((await readFile(target, "utf8").catch(() => "")).includes(stamp)) {
    console.log(`kernels (${file}): up to date`);
    return;
  }
  const wasm = await compile(sources, entry, allFlags);
  const text = [
    `// Made by scripts/build-kernels.mjs from packages/trazo/src/kernels/${folder}; not to be edited.`,
    `// ${stamp}`,
    `export const ${constant} =\n  "${Buffer.from(wasm).toString("base64")}";`,
    "",
  ].join("\n");
  await writeAtomically(target, text);
  console.log(`kernels (${file}): ${wasm.length} bytes of WebAssembly`);
}

async function readSources(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  );
}

async function compile(sources, entry, allFlags) {
  const { default: asc } = await import("assemblyscript/asc");
  let wasm;
  const { error, stderr } = await asc.main([entry, "--outFile", "kernels.wasm", ...allFlags], {
    // Only the entry's own folder is read from memory; everything else (the standard library) is built in.
    readFile: (name) => sources.get(name.replace(/^\.\//, "")) ?? null,
    writeFile: (_name, content) => {
      wasm = content;
    },
    listFiles: () => [],
  });
  if (error || !wasm) throw new Error(`The kernels do not compile.\n${stderr.toString()}`, { cause: error });
  return wasm;
}

/** Through a temporary file, since tests that run at the same time may be reading the old one. */
async function writeAtomically(path, text) {
  await mkdir(join(path, ".."), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, path);
}
