import { rm } from "node:fs/promises";
import { join } from "node:path";
import { TrazoError } from "trazo";
import { writeFileAtomically } from "trazo/node";
import type { CliText } from "./text/index.js";

/**
 * Makes a folder for runs, and finds out whether they can be kept there before anybody has trained for minutes.
 *
 * @param option the one that names the folder
 * @throws TrazoError when no file can be written there
 */
export async function requireWritable(
  folder: string,
  { errors }: CliText,
  option: "--out" | "--runs" = "--out",
): Promise<void> {
  const file = join(folder, `.writable-${process.pid}`);
  try {
    await writeFileAtomically(file, "");
    await rm(file, { force: true });
  } catch (cause) {
    throw new TrazoError(errors.runsNotKept(folder, option), { cause });
  }
}
