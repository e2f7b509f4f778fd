/**
 * Runs the programs that the studio shows with "Show the code", in TypeScript and with Keras, on the same networks, and compares what they
 * print: `npx tsx interop/keras/check_shown.ts FOLDER PYTHON [NAMES]`, where `write_mnist.ts` has put MNIST into FOLDER.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { divide, loadMnist, nodeRuntime, sliceRows, toCategorical } from "trazo";
import { networkOf } from "../../packages/studio/src/lab/network.js";
import { settingsOf } from "../../packages/studio/src/protocol/settings.js";
import { shownPrograms } from "../../packages/studio/test/code-programs.js";

const [, , given, python, names = ""] = process.argv;
if (!given || !python) throw new Error("usage: npx tsx interop/keras/check_shown.ts FOLDER PYTHON");
const mnist = resolve(given);
const folder = join(mnist, "shown");
const root = fileURLToPath(new URL("../../", import.meta.url));
const files = ["base-seed1.keras", "batchnorm-seed1.keras"] as const;

/** Programs that draw numbers at random, so that both need only run. */
const random = /^(train|pictures|picture mistakes|masks|resilience|one digit changed)/;

mkdirSync(folder, { recursive: true });
if (!existsSync(join(folder, "node_modules")))
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
await trainNetworks();
await drawPictures();
let failed = 0;
for (const [name, { typescript, keras }] of shownPrograms([...files])) {
  if (!new RegExp(names).test(name)) continue;
  const path = join(folder, name.replaceAll(" ", "-"));
  writeFileSync(`${path}.mts`, typescript);
  writeFileSync(`${path}.py`, keras);
  const ours = printed(process.execPath, ["--import", "tsx", `${path}.mts`]);
  // What only trains does so on few digits; what reads them must read the same ones as ours.
  const few = random.test(name) ? ["6000"] : [];
  const theirs = printed(python, [join(root, "interop/keras/run_shown.py"), `${path}.py`, mnist, ...few]);
  const apart =
    ours === undefined || theirs === undefined ? "failed" : random.test(name) ? "" : difference(ours, theirs);
  if (apart !== "") failed++;
  console.log(`${apart === "" ? (random.test(name) ? "both run" : "agree") : "DIFFER"}  ${name}  ${apart}`);
}
console.log(
  failed === 0
    ? "All programs run, and agree where nothing is random."
    : `${failed} programs differ or fail.`,
);
process.exitCode = failed === 0 ? 0 : 1;

/** Two networks that know a little, saved as the studio saves them. */
async function trainNetworks(): Promise<void> {
  if (files.every((file) => existsSync(join(folder, file)))) return;
  const { train } = await loadMnist();
  const x = divide(sliceRows(train.images, 0, 6000), 255);
  const y = toCategorical(sliceRows(train.labels, 0, 6000), 10);
  for (const name of ["base", "batchnorm"] as const) {
    const model = networkOf(settingsOf(name), { runtime: nodeRuntime({ threads: 1 }) });
    await model.fit(x, y, { batchSize: 128, epochs: 6, verbose: 0 });
    writeFileSync(join(folder, `${name}-seed1.keras`), await model.toKeras());
  }
}

/** A folder with two classes of pictures. */
async function drawPictures(): Promise<void> {
  for (const [name, shape] of [
    ["cat", "<circle cx='32' cy='32' r='R' fill='red'/>"],
    ["dog", "<rect x='8' y='8' width='R' height='R' fill='blue'/>"],
  ] as const) {
    const place = join(folder, "pictures", name);
    mkdirSync(place, { recursive: true });
    for (let i = 0; i < 20; i++) {
      const svg = `<svg xmlns='http://www.w3.org/2000/svg' width='64' height='64'><rect width='64' height='64' fill='white'/>${shape.replaceAll("R", String(10 + i))}</svg>`;
      await sharp(Buffer.from(svg))
        .png()
        .toFile(join(place, `${i}.png`));
    }
  }
}

/** What a program prints; undefined, with its error on the console, where it fails. */
function printed(command: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    // Keras's iterators of pictures can wait without end for their threads after an error.
    timeout: 600_000,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3", CUDA_VISIBLE_DEVICES: "" },
  });
  if (status === 0) return stdout;
  console.log(stderr.split("\n").slice(-12).join("\n"));
  return undefined;
}

/** The first line in which two outputs differ by more than rounding; "" where there is none. */
function difference(ours: string, theirs: string): string {
  const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");
  const [a, b] = [linesOf(ours), linesOf(theirs)];
  if (a.length !== b.length) return `${a.length} lines against ${b.length}: ${a[0]} | ${b[0]}`;
  const numbersOf = (line: string): number[] =>
    [...line.matchAll(/\d+(\.\d+)?/g)].map(([number]) => Number(number));
  for (const [i, line] of a.entries()) {
    const [mine, other] = [numbersOf(line), numbersOf(b[i] as string)];
    const isClose =
      mine.length === other.length &&
      mine.every((value, k) => Math.abs(value - (other[k] as number)) <= 1.01 + 0.002 * value);
    if (!isClose) return `“${line}” against “${b[i]}”`;
  }
  return "";
}
