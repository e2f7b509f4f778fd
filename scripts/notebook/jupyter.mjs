// Installs what runs the notebooks into notebooks/jupyter, where nothing else of the machine is touched: Deno, whose kernel runs
// TypeScript in Jupyter, from its npm package, and Jupyter in a virtual environment of Python's.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../notebooks/jupyter/", import.meta.url));
const isWindows = process.platform === "win32";
const venv = join(folder, ".venv");
export const python = isWindows ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");

/** Why something could not be installed, in words for the reader. */
export class CannotInstall extends Error {}

/** What Jupyter keeps lies here, too, and not in the user's home. */
export const environment = {
  ...process.env,
  JUPYTER_CONFIG_DIR: join(folder, ".home", "config"),
  JUPYTER_DATA_DIR: join(folder, ".home", "data"),
  JUPYTER_RUNTIME_DIR: join(folder, ".home", "runtime"),
  JUPYTERLAB_SETTINGS_DIR: join(folder, ".home", "lab", "settings"),
  JUPYTERLAB_WORKSPACES_DIR: join(folder, ".home", "lab", "workspaces"),
  IPYTHONDIR: join(folder, ".home", "ipython"),
  DENO_DIR: join(folder, ".home", "deno"),
  DENO_NO_UPDATE_CHECK: "1",
};

/**
 * Installs what is missing or changed.
 *
 * @param requirements `requirements.txt` to open the notebooks, `requirements-run.txt` to execute them only
 * @throws CannotInstall without Python, without its venv module, or when a package cannot be had
 */
export function installJupyter(requirements) {
  installDeno();
  if (!existsSync(python)) makeVenv();
  writeSettings();
  const done = stampOf([requirements, "constraints.txt"]);
  if (isDone(join(venv, `.${requirements}.done`), done)) return;
  say("Installing Jupyter (once)...");
  const files = ["-r", requirements, "-c", "constraints.txt"];
  run(
    python,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...files],
    "Jupyter could not be installed",
  );
  writeFileSync(join(venv, `.${requirements}.done`), done);
}

/** @throws CannotInstall */
export function installDeno() {
  const stamp = join(folder, "node_modules", ".done");
  const done = stampOf(["package-lock.json"]);
  if (isDone(stamp, done)) return;
  say("Installing Deno (once)...");
  run(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
    "Deno could not be installed",
  );
  // Its first run puts the program next to its package.
  run(
    process.execPath,
    [join(folder, "node_modules/deno/bin.cjs"), "--version"],
    "Deno does not run on this machine",
  );
  writeFileSync(stamp, done);
}

function makeVenv() {
  const base = ["python3", "python", "py"].find(isPython);
  if (!base) {
    throw new CannotInstall(
      "Jupyter needs Python 3.10 or newer, and none was found. Install it, e.g. with: apt install python3-venv",
    );
  }
  say("Making a virtual environment for Jupyter (once)...");
  run(
    base,
    ["-m", "venv", venv],
    "Python could not make a virtual environment; Debian and Ubuntu need the package python3-venv",
  );
}

const isPython = (program) =>
  spawnSync(program, ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"], { stdio: "ignore" })
    .status === 0;

/** Tells Jupyter of Deno's kernel, and JupyterLab to ask nobody for news or updates. */
function writeSettings() {
  const deno = join(folder, "node_modules", "deno", isWindows ? "deno.exe" : "deno");
  const share = join(venv, "share", "jupyter");
  writeJson(join(share, "kernels", "deno"), "kernel.json", {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
  });
  writeJson(join(share, "lab", "settings"), "overrides.json", {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  });
}

function writeJson(path, file, content) {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, file), JSON.stringify(content));
}

const stampOf = (files) =>
  files
    .reduce((hash, file) => hash.update(readFileSync(join(folder, file))), createHash("sha256"))
    .digest("hex");

const isDone = (stamp, wanted) => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;

const say = (text) => process.stderr.write(`${text}\n`);

function run(program, args, failure) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    env: environment,
    encoding: "utf8",
    shell: isWindows && program === "npm",
  });
  if (status === 0) return;
  const reason = (error?.message ?? `${stdout}${stderr}`).trim().split("\n").slice(-3).join("\n");
  throw new CannotInstall(`${failure}:\n${reason}`);
}
