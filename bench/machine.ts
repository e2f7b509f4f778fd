import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";

/** What a figure depends on besides the code: nothing is comparable without it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  readonly packages: Readonly<Record<string, string>>;
  /** Of the last minute, before the run: others' work shows here. 0 on Windows, which does not tell. */
  readonly loadBefore: number;
}

const require = createRequire(import.meta.url);

export function describeMachine(packages: readonly string[] = ["onnxruntime-node"]): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
    packages: Object.fromEntries(packages.map((name) => [name, packageVersion(name)])),
    loadBefore: loadavg()[0] ?? 0,
  };
}

function packageVersion(name: string): string {
  try {
    return JSON.parse(readFileSync(packageFile(require.resolve(name), name), "utf8")).version;
  } catch {
    return "not installed";
  }
}

/** Some packages do not give out their package.json: it is in the folder of their name above what they do. */
function packageFile(path: string, name: string): string {
  const folder = join("node_modules", name);
  return join(path.slice(0, path.lastIndexOf(folder) + folder.length), "package.json");
}
