/**
 * Compiles packages/trazo/src/kernels/assembly (AssemblyScript) and writes the WebAssembly module as base64 into
 * packages/trazo/src/kernels/generated/module.ts, so that Node and browsers load it the same way, without reading a file.
 * Does nothing when that file was made from the same sources by the same compiler.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const kernels = fileURLToPath(new URL("../packages/trazo/src/kernels/", import.meta.url));
const assembly = join(kernels, "assembly");
const target = join(kernels, "generated", "module.ts");

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

const sources = await readSources();
const { version } = createRequire(import.meta.url)("assemblyscript/package.json");
const stamp = createHash("sha256")
  .update(JSON.stringify([version, flags, [...sources]]))
  .digest("hex");

if ((await readFile(target, "utf8").catch(() => "")).includes(stamp)) {
  console.log("kernels: up to date");
} else {
  const wasm = await compile();
  await writeAtomically(target, moduleText(wasm));
  console.log(`kernels: ${wasm.length} bytes of WebAssembly`);
}

async function readSources() {
  const names = (await readdir(assembly)).filter((name) => name.endsWith(".ts")).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(assembly, name), "utf8")])),
  );
}

async function compile() {
  const { default: asc } = await import("assemblyscript/asc");
  let wasm;
  const { error, stderr } = await asc.main(["index.ts", "--outFile", "kernels.wasm", ...flags], {
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

function moduleText(wasm) {
  return [
    "// Made by scripts/build-kernels.mjs from packages/trazo/src/kernels/assembly; not to be edited.",
    `// ${stamp}`,
    `export const kernelModule =\n  "${Buffer.from(wasm).toString("base64")}";`,
    "",
  ].join("\n");
}

/** Through a temporary file, since tests that run at the same time may be reading the old one. */
async function writeAtomically(path, text) {
  await mkdir(join(path, ".."), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, path);
}
