// Bundles what threads run for a plan, in Node (packages/trazo/src/node/runtime/plan-thread.ts) and in browsers
// (packages/trazo/src/web/runtime/plan-thread.ts), and writes it as text into plan-thread.ts of the folders `generated` beside them. So
// a thread is started the same way from sources, from a build, and from whatever a program that uses the library was packed into. The
// tests call it before they begin.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const source = fileURLToPath(new URL("../packages/trazo/src/", import.meta.url));

const programs = {
  node: {
    input: {
      platform: "node",
      external: /^node:/,
      // Text has no address: what looks for packages does so from where the thread was started.
      transform: { target: "es2023", define: { "import.meta.url": "moduleUrl" } },
    },
    output: {
      format: "cjs",
      intro: 'const { moduleUrl } = require("node:worker_threads").workerData;',
    },
  },
  web: {
    input: { platform: "browser", transform: { target: "es2023" } },
    output: { format: "iife" },
  },
};

export default async function buildThreads() {
  for (const name of Object.keys(programs)) await buildThread(name);
}

async function buildThread(name) {
  const { input, output: form } = programs[name];
  const bundle = await rolldown({
    input: join(source, name, "runtime", "plan-thread.ts"),
    tsconfig: false,
    ...input,
  });
  const { output } = await bundle.generate({ codeSplitting: false, minify: true, ...form });
  await bundle.close();
  const text = `// Made by scripts/build-thread.mjs; not to be edited.\nexport const planThread: string =\n  ${JSON.stringify(output[0].code)};\n`;
  const target = join(source, name, "generated", "plan-thread.ts");
  if ((await readFile(target, "utf8").catch(() => "")) === text) return;
  // Through another file, since tests that run at the same time may be reading the old one.
  const draft = `${target}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, target);
  console.log(`thread (${name}): ${output[0].code.length} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildThreads();
