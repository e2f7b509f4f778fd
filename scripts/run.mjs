// What `npm start`, `npm test`, `npm run docs`, `npm run bench` and `npm run notebook` do on a machine that has nothing but Node and npm:
// install the locked packages when they are missing or changed, build, and run.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

const [command, ...args] = process.argv.slice(2);
const jobs = { start, test, bench, notebook, build, docs };
const job = jobs[command];
if (!job) throw new Error(`unknown command ${command}; known: ${Object.keys(jobs).join(", ")}`);
install();
job();

function install() {
  const stamp = join("node_modules", ".installed");
  const wanted = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("Installing packages (once)...\n");
  // The package's own step would only fetch GPU libraries, which fails offline; they are not needed.
  run("npm", ["ci", "--no-audit", "--no-fund"], { ONNXRUNTIME_NODE_INSTALL: "skip" });
  writeFileSync(stamp, wanted);
}

function start() {
  build();
  const command = args.length === 0 && hasPersonAndDisplay() ? ["studio", "--open"] : ["practice", ...args];
  if (command[0] === "studio") {
    process.stdout.write(
      "Opening the studio. For the practice here, with its report: npm start -- --epochs 5\n",
    );
  }
  // Told to stop, it saves what was learned; this process waits for that.
  const child = spawn("node", ["packages/cli/dist/main.js", ...command], { stdio: "inherit" });
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => child.kill(name));
  child.on("exit", (status, signal) => process.exit(signal ? 1 : status));
}

/** Whether a person sits at a terminal of a machine that can show a page. */
function hasPersonAndDisplay() {
  if (!process.stdin.isTTY || !process.stdout.isTTY || process.env.CI || process.env.SSH_CONNECTION)
    return false;
  if (process.platform === "darwin" || process.platform === "win32") return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function test() {
  run("node", ["scripts/build-kernels.mjs"]);
  run("node", ["scripts/build-thread.mjs"]);
  run("node", ["scripts/build-report-reader.mjs"]);
  run("npx", ["--no-install", "biome", "ci", ...(process.stdout.isTTY ? [] : ["--colors=off"]), "."]);
  run("npx", ["--no-install", "tsc", "--noEmit"]);
  run("npx", ["--no-install", "tsc", "-p", "packages/trazo/tsconfig.core.json"]);
  run("npx", ["--no-install", "tsc", "-p", "packages/studio/tsconfig.page.json"]);
  run("npx", ["--no-install", "tsc", "-p", "docs"]);
  build();
  run("node", ["scripts/build-docs.mjs"]);
  run("npx", ["--no-install", "vitest", "run", ...args]);
}

function docs() {
  run("node", ["scripts/build-docs.mjs", ...args]);
}

function bench() {
  build();
  run("npx", ["--no-install", "tsx", "bench/run.ts", ...args]);
}

/** The notebooks' cells import the built library. */
function notebook() {
  const needsLibrary = !["--assemble", "--help", "-h"].some((option) => args.includes(option));
  if (needsLibrary) build();
  run("node", ["scripts/notebook/main.mjs", ...args]);
}

function build() {
  run("node", ["scripts/build-kernels.mjs"]);
  run("node", ["scripts/build-thread.mjs"]);
  run("node", ["scripts/build-report-reader.mjs"]);
  run("npx", ["--no-install", "tsc", "--build", "packages/cli"]);
  run("node", ["scripts/build-library.mjs"]);
  run("node", ["scripts/build-page.mjs"]);
  run("node", ["scripts/build-studio.mjs"]);
}

function run(program, programArgs, env = {}) {
  const { status, signal } = spawnSync(program, programArgs, {
    stdio: "inherit",
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
  });
  if (signal) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
}
