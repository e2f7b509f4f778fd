// Bundles packages/trazo/src/node/runtime/plan-thread.ts, what Node's threads run for a plan, and writes it as text into
// packages/trazo/src/node/generated/plan-thread.ts. So a thread is started the same way from sources, from a build, and from whatever a
// program that uses the library was packed into. The tests call it before they begin.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const source = fileURLToPath(new URL("../packages/trazo/src/node/", import.meta.url));
const target = join(source, "generated", "plan-thread.ts");

export default async function buildThread() {
  const bundle = await rolldown({
    input: join(source, "runtime", "plan-thread.ts"),
    platform: "node",
    external: /^node:/,
    tsconfig: false,
    // Text has no address: what looks for packages does so from where the thread was started.
    transform: { target: "es2023", define: { "import.meta.url": "moduleUrl" } },
  });
  const { output } = await bundle.generate({
    format: "cjs",
    codeSplitting: false,
    minify: true,
    intro: 'const { moduleUrl } = require("node:worker_threads").workerData;',
  });
  await bundle.close();
  const text = `// Made by scripts/build-thread.mjs; not to be edited.\nexport const planThread: string =\n  ${JSON.stringify(output[0].code)};\n`;
  if ((await readFile(target, "utf8").catch(() => "")) === text) return;
  // Through another file, since tests that run at the same time may be reading the old one.
  const draft = `${target}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, target);
  console.log(`thread: ${output[0].code.length} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildThread();
