import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRequest } from "@trazo/sweep";
import type { FolderStore } from "../store/folder-store.js";
import { keptRun } from "./run-payload.js";

/** Fetches a run from a store unless it has come further here. @returns whether it is here now */
export async function fetchRun(store: FolderStore, request: RunRequest, folder: string): Promise<boolean> {
  const there = await store.progressOf(keptRun(request));
  if (there !== undefined && there > progressIn(folder)) await store.get(keptRun(request), folder);
  return existsSync(folder);
}

/** How far the run in a folder has come, by its own record; -1 where there is none. */
export function progressIn(folder: string): number {
  if (existsSync(join(folder, "result.json"))) return Number.MAX_SAFE_INTEGER;
  const history = join(folder, "history.jsonl");
  if (!existsSync(history)) return -1;
  return readFileSync(history, "utf8").split("\n").filter(Boolean).length;
}
