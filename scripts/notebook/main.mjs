// `npm run notebook`: opens the notebooks in JupyterLab; with --execute runs them without a screen; with --assemble only puts them
// together from notebooks/source.
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cellsOf, notebookFile, notebooks } from "./assemble.mjs";
import { CannotInstall, environment, installJupyter, python } from "./jupyter.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "notebooks");
const runs = join(root, "runs", "notebook");

const usage = `Usage: npm run notebook -- [options]

Opens the practice as a notebook in JupyterLab. What it needs is installed into notebooks/jupyter the first time.

  --lang es|en     which of the two notebooks. Default: Spanish where LANG says so, else English
  --execute        run all cells without a screen, and write the executed notebook to runs/notebook
  --epochs N       with --execute: train for N epochs in place of the notebook's
  --keep           with --execute: keep the outputs in both notebooks, whose code is the same
  --assemble       put the notebooks together from notebooks/source, and do nothing else
  --no-browser     do not open a browser
  --port N         the port of JupyterLab's server
`;

function parse() {
  try {
    const { values } = parseArgs({
      options: {
        lang: { type: "string" },
        execute: { type: "boolean" },
        epochs: { type: "string" },
        keep: { type: "boolean" },
        assemble: { type: "boolean" },
        "no-browser": { type: "boolean" },
        port: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    const { lang, epochs, keep, execute } = values;
    if (lang !== undefined && !(lang in notebooks))
      throw new Error(`--lang must be es or en, but got ${lang}.`);
    if (epochs !== undefined && !/^[1-9]\d*$/.test(epochs)) {
      throw new Error(`--epochs must be a positive integer, but got ${epochs}.`);
    }
    if ((epochs !== undefined || keep) && !execute) throw new Error("--epochs and --keep need --execute.");
    if (epochs !== undefined && keep) {
      throw new Error("--keep keeps what the notebook's own epochs give: leave out --epochs.");
    }
    return values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

async function main(options) {
  if (options.help) return void process.stdout.write(usage);
  if (options.assemble) return assemble();
  const language = options.lang ?? ownLanguage();
  if (options.execute) await execute(language, options);
  else await open(language, options);
}

const ownLanguage = () =>
  /^es/.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || "") ? "es" : "en";

/** Cells from the sources; outputs stay where the code is the same. */
function assemble(executed) {
  for (const [language, file] of Object.entries(notebooks)) {
    const path = join(folder, file);
    const before = executed ?? (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined);
    writeNotebook(path, notebookFile(cellsOf(language), before));
  }
}

async function execute(language, { epochs, keep }) {
  try {
    installJupyter("requirements-run.txt");
  } catch (error) {
    if (!(error instanceof CannotInstall) || keep) throw error;
    process.stderr.write(`${error.message}\nWithout Jupyter, the cells are run in Node as one program.\n`);
    return await executeInNode(epochs);
  }
  const cells = cellsOf(language).map((cell) => ({ ...cell, source: withEpochs(cell.source, epochs) }));
  mkdirSync(runs, { recursive: true });
  const path = join(runs, notebooks[language]);
  writeNotebook(path, notebookFile(cells));
  const status = await run([join(folder, "jupyter", "execute.py"), path]);
  process.exitCode = status;
  if (status !== 0) return;
  process.stdout.write(`Executed: ${path}\n`);
  if (keep) assemble(readable(JSON.parse(readFileSync(path, "utf8"))));
}

/** The program that the cells are taken from; what it prints goes to practice.txt, too. */
async function executeInNode(epochs) {
  mkdirSync(runs, { recursive: true });
  const program = readFileSync(join(folder, "source", "practice.ts"), "utf8");
  const { transformSync } = await import("esbuild");
  const { code } = transformSync(withEpochs(program, epochs), { loader: "ts", target: "node20" });
  writeFileSync(join(runs, "practice.mjs"), code);
  const child = spawn(process.execPath, ["practice.mjs"], {
    cwd: runs,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const printed = createWriteStream(join(runs, "practice.txt"));
  child.stdout.pipe(process.stdout, { end: false });
  child.stdout.pipe(printed);
  process.exitCode = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve(signal ? 1 : status));
  });
}

const withEpochs = (code, epochs) =>
  epochs === undefined ? code : code.replace(/^const epochs = \d+;$/m, `const epochs = ${epochs};`);

/** Without what only this machine has. */
function readable(notebook) {
  for (const { metadata } of notebook.cells) delete metadata.execution;
  return notebook;
}

async function open(language, options) {
  installJupyter("requirements.txt");
  // So that their pictures are shown before the cells are run.
  await run(["-m", "jupyter", "trust", ...Object.values(notebooks).map((file) => join(folder, file))]);
  process.exitCode = await run([
    "-m",
    "jupyterlab",
    `--ServerApp.root_dir=${root}`,
    `--LabApp.default_url=/lab/tree/notebooks/${notebooks[language]}`,
    ...(options["no-browser"] ? ["--no-browser"] : []),
    ...(options.port ? [`--port=${options.port}`] : []),
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ]);
}

/** Told to stop, Jupyter ends its kernels; this process waits for that. */
function run(args) {
  const child = spawn(python, args, { stdio: "inherit", env: environment, cwd: root });
  const stops = ["SIGINT", "SIGTERM"].map((name) => [name, () => child.kill(name)]);
  for (const [name, stop] of stops) process.on(name, stop);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => {
      for (const [name, stop] of stops) process.off(name, stop);
      resolve(signal ? 1 : status);
    });
  });
}

const writeNotebook = (path, notebook) => writeFileSync(path, `${JSON.stringify(notebook, null, 1)}\n`);

try {
  await main(parse());
} catch (error) {
  if (!(error instanceof CannotInstall)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
