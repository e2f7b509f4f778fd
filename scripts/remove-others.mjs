import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes the programs in a folder that a bundler has not just written: chunks of earlier builds, and what the compiler wrote before there
 * were bundles.
 *
 * @param written the bundler's files, by their names below the folder
 */
export function removeOthers(dist, written) {
  const kept = new Set(written.map(({ fileName }) => join(dist, fileName)));
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const path = join(dist, name);
    if (/\.js(\.map)?$/.test(name) && !kept.has(path)) rmSync(path);
  }
}
