import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TrazoError } from "trazo";
import { writeFileAtomically } from "trazo/node";
import { Fields } from "../runs/run-fields.js";
import { runFiles } from "../runs/run-folder.js";
import type { Part } from "./layout.js";

/** Which pictures a run was trained and tested on. Kept in its folder. */
export interface PictureRecord {
  /** An absolute path. */
  readonly directory: string;
  readonly classNames: readonly string[];
  /** Below the directory, and the class of each. */
  readonly files: Readonly<Record<Part, PartFiles>>;
}

export interface PartFiles {
  readonly files: readonly string[];
  readonly classes: readonly number[];
}

export const writePictureRecord = (folder: string, record: PictureRecord): Promise<void> =>
  writeFileAtomically(join(folder, runFiles.pictures), `${JSON.stringify(record)}\n`);

/** @returns undefined where the folder has none @throws TrazoError when it is damaged */
export function readPictureRecord(folder: string): PictureRecord | undefined {
  const path = join(folder, runFiles.pictures);
  if (!existsSync(path)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new TrazoError(`${path} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  const fields = new Fields(json, path);
  const parts = fields.object("files");
  const part = (name: Part): PartFiles => {
    const one = parts.object(name);
    return { files: one.texts("files"), classes: one.numbers("classes") };
  };
  return {
    directory: fields.text("directory"),
    classNames: fields.texts("classNames"),
    files: { train: part("train"), validation: part("validation"), test: part("test") },
  };
}
