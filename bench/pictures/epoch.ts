/**
 * Seconds per epoch on a folder of pictures (96 × 96, decoded and varied), beside the same pictures in memory, and Keras's best way:
 * `npx tsx bench/pictures/epoch.ts [pictures per class] [epochs] [python with keras]`. Also the peak memory of 20,000 pictures.
 */
import { spawnSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawShapes } from "./shapes.js";

const [perClass = "500", epochs = "3", python] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const folder = join(tmpdir(), `trazo-shapes-${perClass}`);
const large = join(tmpdir(), "trazo-shapes-20000");

if (!existsSync(join(folder, "triangle")))
  await drawShapes(folder, { perClass: Number(perClass), side: 128 });
linkMany(folder, large, 2000);

const trazoWays = ["files", "held", "flow", "plain"];
const kerasWays = ["files", "held", "plain"];
const rows: string[] = [];
for (const way of trazoWays)
  rows.push(`trazo ${way.padEnd(8)} ${run("npx", ["tsx", join(here, "one-way.ts"), way, folder, epochs])}`);
if (python) {
  for (const way of kerasWays)
    rows.push(`keras ${way.padEnd(8)} ${run(python, [join(here, "keras_epoch.py"), way, folder, epochs])}`);
}
rows.push(`trazo 20,000 pictures: ${run("npx", ["tsx", join(here, "one-way.ts"), "many", large, "1"])}`);
process.stdout.write(
  [
    "files: decoded again in every epoch; held: in memory once decoded; flow: tensors and imageDataGenerator; plain: tensors, not varied",
    ...rows,
    "",
  ].join("\n"),
);

function run(program: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" },
  });
  return status === 0 ? (stdout.trim().split("\n").at(-1) ?? "") : `failed: ${stderr.slice(-300)}`;
}

/** The same pictures under many names: what is read is what counts. */
function linkMany(from: string, to: string, count: number): void {
  for (const name of readdirSync(from)) {
    const files = readdirSync(join(from, name));
    mkdirSync(join(to, name), { recursive: true });
    for (let i = 0; i < count; i++) {
      const file = files[i % files.length] as string;
      const link = join(to, name, `${i}-${file}`);
      if (!existsSync(link)) linkSync(join(from, name, file), link);
    }
  }
}
