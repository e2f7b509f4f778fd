import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { onTestFinished } from "vitest";
import { builtPage } from "./static-host.js";

/** The built page as a build of changed sources makes it: each file of its assets has another name. It is removed after the test. */
export function nextBuild(): string {
  const folder = mkdtempSync(join(tmpdir(), "trazo-next-build-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(builtPage, folder, { recursive: true });
  const assets = join(folder, "assets");
  const renamed = readdirSync(assets).map((name): [string, string] => {
    const end = extname(name);
    return [name, `${name.slice(0, -end.length)}-next${end}`];
  });
  for (const [name, next] of renamed) {
    writeFileSync(join(assets, next), withNames(join(assets, name), renamed));
    rmSync(join(assets, name));
  }
  for (const name of ["index.html", "files.json"]) {
    writeFileSync(join(folder, name), withNames(join(folder, name), renamed));
  }
  const worker = join(folder, "service-worker.js");
  writeFileSync(worker, `${readFileSync(worker, "utf8")}// next\n`);
  return folder;
}

const withNames = (file: string, renamed: readonly [string, string][]): string =>
  renamed.reduce((text, [name, next]) => text.replaceAll(name, next), readFileSync(file, "utf8"));
