import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a bundler has made, as text by the names of the files. */
export const filesOf = (output) =>
  new Map(output.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]));

/**
 * Writes a bundler's files into a folder that other processes may be importing from: a file that is as it was stays untouched, and any other
 * takes its place whole. Removes the programs that are not among them: chunks of earlier builds, and what the compiler wrote before there
 * were bundles.
 *
 * @param dist the folder
 * @param files text by names below the folder
 */
export function putInPlace(dist, files) {
  const drafts = new Map();
  for (const [name, text] of files) {
    const path = join(dist, name);
    if (textOf(path) === text) continue;
    mkdirSync(dirname(path), { recursive: true });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, text);
    drafts.set(draft, path);
  }
  // All at once, since they import each other.
  for (const [draft, path] of drafts) renameSync(draft, path);
  const kept = new Set([...files.keys()].map((name) => join(dist, name)));
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const path = join(dist, name);
    if (/\.js(\.map)?$/.test(name) && !kept.has(path)) rmSync(path);
  }
}

/** Undefined where there is no such file. */
function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
