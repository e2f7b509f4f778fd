/**
 * Runs the tests of pages, the library's and the studio's, in every browser that is there, a file at a time, and writes what came of
 * them to packages/trazo/test/web/record.md and packages/studio/test/page/record.md.
 *
 *     npm run browsers [-- --browsers firefox,webkit] [--of library,studio] [--files techniques,worker]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { namedEntry, parseArgs } from "../../bench/command.js";
import { browsers } from "./browsers.js";
import type { BrowserKind } from "./driver.js";
import { type FileRun, recorded } from "./record.js";

const suites = [
  { of: "library", folder: "packages/trazo/test/web/" },
  { of: "studio", folder: "packages/studio/test/page/" },
] as const;

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const { values } = parseArgs({
  options: { browsers: { type: "string" }, of: { type: "string" }, files: { type: "string" } },
});

const suitesByName = Object.fromEntries(suites.map((suite) => [suite.of, suite]));
const browsersByName = Object.fromEntries(browsers.map((browser) => [browser.name.toLowerCase(), browser]));

/** Everything, or what a list on the command line names. */
const chosen = <Entry>(table: Readonly<Record<string, Entry>>, kind: string, list?: string): Entry[] =>
  list?.split(",").map((name) => namedEntry(table, kind, name.toLowerCase())) ?? Object.values(table);

const filesByName = Object.fromEntries(
  chosen(suitesByName, "part", values.of).flatMap(({ of, folder }) => {
    const path = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
    return readdirSync(path)
      .filter((file) => file.endsWith(".test.ts"))
      .filter((file) => readFileSync(join(path, file), "utf8").includes("inEachBrowser("))
      .map((file) => [file.replace(/\.test\.ts$/, ""), { of, path, file }]);
  }),
);
const wantedFiles = chosen(filesByName, "file of tests", values.files);
const machine = `${cpus()[0]?.model.trim()}, ${process.platform} ${process.arch}, Node ${process.versions.node}`;

for (const browser of chosen(browsersByName, "browser", values.browsers)) {
  if (browser.missing) {
    console.log(`${browser.name} is left out: ${browser.missing}`);
    continue;
  }
  const version = await versionOf(browser);
  for (const { of, path, file } of wantedFiles) {
    console.log(`${file} in ${browser.name} ${version}`);
    const run = { browser: browser.name, version, file, machine, ...runFile(browser, join(path, file)) };
    if (run.failed.length > 0) process.exitCode = 1;
    // After each file: what was seen stays, whatever comes.
    const record = join(path, "record.md");
    writeFileSync(record, recorded(textOf(record), [run], of));
  }
}

async function versionOf({ launch }: BrowserKind): Promise<string> {
  const browser = await launch();
  const version = browser.version();
  await browser.close();
  return version;
}

/** Empty where there is no such file. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function runFile(
  { name }: BrowserKind,
  file: string,
): Pick<FileRun, "passed" | "failed" | "skipped" | "date"> {
  const temporary = mkdtempSync(join(tmpdir(), "trazo-browsers-"));
  const output = join(temporary, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
    const { status } = spawnSync("npx", ["--no-install", "vitest", "run", file, ...reporters], {
      stdio: "inherit",
      env: { ...process.env, TRAZO_BROWSERS: name.toLowerCase() },
      shell: process.platform === "win32",
    });
    const report: Report = JSON.parse(readFileSync(output, "utf8"));
    // A file may have tests that need no browser.
    const tests = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ ancestorTitles }) => ancestorTitles[0]?.endsWith(` in ${name}`));
    const named = (state: (status: string) => boolean): string[] =>
      tests
        .filter(({ status }) => state(status))
        .map(({ ancestorTitles, title }) => [...ancestorTitles.slice(1), title].join(", "));
    const failed = named((one) => one === "failed");
    return {
      passed: tests.filter(({ status }) => status === "passed").length,
      failed: status !== 0 && failed.length === 0 ? ["what the tests share"] : failed,
      skipped: named((one) => one !== "failed" && one !== "passed"),
      date: new Date().toISOString().slice(0, 10),
    };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
