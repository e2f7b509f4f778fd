// What `npm start`, `npm test`, `npm run docs`, `npm run bench`, `npm run browsers` and `npm run notebook` do on a machine that has nothing but Node and npm:
// install the locked packages when they are missing or changed, build, and run.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

/** A package and those that it needs: programs and declarations, of the library declarations alone. */
const compile = (folder) => ["npx", "--no-install", "tsc", "--build", folder];
const bundle = (what) => ["node", `scripts/build-${what}.mjs`];
/** After the compiler: serve's page is checked against the library's declarations. */
const bundles = [bundle("library"), bundle("packages"), bundle("page"), bundle("studio")];

const [command, ...args] = process.argv.slice(2);
const jobs = { start, test, bench, browsers, notebook, build, docs };
const job = jobs[command];
if (!job) throw new Error(`unknown command ${command}; known: ${Object.keys(jobs).join(", ")}`);
install();
await job();

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

async function test() {
  generate();
  await sideBySide(
    [
      ["npx", "--no-install", "biome", "ci", ...(process.stdout.isTTY ? [] : ["--colors=off"]), "."],
      ["npx", "--no-install", "tsc", "--noEmit"],
      ["npx", "--no-install", "tsc", "-p", "packages/trazo/tsconfig.core.json"],
      ["npx", "--no-install", "tsc", "-p", "packages/studio/tsconfig.page.json"],
      ["npx", "--no-install", "tsc", "-p", "docs"],
    ],
    [compile("packages/cli"), ...bundles, bundle("docs")],
  );
  run("npx", ["--no-install", "vitest", "run", ...args]);
}

function docs() {
  run("node", ["scripts/build-docs.mjs", ...args]);
}

function bench() {
  build();
  run("npx", ["--no-install", "tsx", "bench/run.ts", ...args]);
}

/** Tests run the sources. */
function browsers() {
  generate();
  run("npx", ["--no-install", "tsx", "test/browsers/run.ts", ...args]);
}

/** The notebooks' cells import the built library. */
function notebook() {
  const needsLibrary = !["--assemble", "--help", "-h"].some((option) => args.includes(option));
  if (needsLibrary) build();
  run("node", ["scripts/notebook/main.mjs", ...args]);
}

/** Everything, or with `library` only the package trazo. */
function build() {
  generate();
  const isLibrary = command === "build" && args[0] === "library";
  const commands = isLibrary
    ? [compile("packages/trazo"), bundle("library")]
    : [compile("packages/cli"), ...bundles];
  for (const [program, ...programArgs] of commands) run(program, programArgs);
}

/** Sources that are made from others. */
function generate() {
  for (const what of ["kernels", "thread", "report-reader"]) run("node", [`scripts/build-${what}.mjs`]);
}

/**
 * Runs lists of commands at the same time, and each list in its order. What a command prints is shown when it has ended, so that two
 * do not mix. The first that fails ends them all.
 */
async function sideBySide(...lists) {
  const running = new Set();
  const endAll = (status) => {
    for (const child of running) child.kill();
    process.exit(status);
  };
  const interrupted = () => endAll(1);
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, interrupted);
  await Promise.all(
    lists.map(async (commands) => {
      for (const command of commands) {
        const status = await runInSilence(command, running);
        if (status !== 0) endAll(status ?? 1);
      }
    }),
  );
  for (const name of ["SIGINT", "SIGTERM"]) process.off(name, interrupted);
}

/** @param running holds the process while it runs */
async function runInSilence([program, ...programArgs], running) {
  const child = spawn(program, programArgs, {
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  running.add(child);
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => printed.push(part));
  const status = await new Promise((resolve) => child.on("close", resolve));
  running.delete(child);
  process.stdout.write(Buffer.concat(printed));
  return status;
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
