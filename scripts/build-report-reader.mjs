// Bundles what a report's page needs to read drawings (packages/practice/src/report/reader) and writes it as text into the folder
// `generated` beside it: a report is one file, with its program inside. The tests call it before they begin.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
const report = join(packages, "practice/src/report");

export default async function buildReportReader() {
  const bundle = await rolldown({
    input: join(report, "reader/main.ts"),
    tsconfig: false,
    platform: "browser",
    // Files of models, which the page neither opens nor writes: the library imports what handles them when it is used.
    external: [/^onnxruntime/],
    transform: { target: "es2023" },
    resolve: {
      alias: {
        "#platform": join(packages, "trazo/src/web/platform.ts"),
        trazo: join(packages, "trazo/src/web/index.ts"),
        "trazo/web": join(packages, "trazo/src/web/index.ts"),
        "@trazo/serve/pad": join(packages, "serve/src/browser/pad.ts"),
      },
    },
  });
  const { output } = await bundle.generate({ codeSplitting: false, minify: true, format: "iife" });
  await bundle.close();
  const text = `// Made by scripts/build-report-reader.mjs; not to be edited.\nexport const readerScript: string =\n  ${JSON.stringify(output[0].code)};\n`;
  const target = join(report, "generated/reader-script.ts");
  if ((await readFile(target, "utf8").catch(() => "")) === text) return;
  await mkdir(join(report, "generated"), { recursive: true });
  // Through another file, since tests that run at the same time may be reading the old one.
  const draft = `${target}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, target);
  console.log(`reader of reports: ${output[0].code.length} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildReportReader();
