import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyRun, type RunRequest } from "@trazo/sweep";
import type { FolderStore } from "../store/folder-store.js";
import { progressIn } from "./kept-runs.js";
import { keptRun } from "./run-payload.js";

export interface Keeping {
  /** Nothing is sent any more once it resolves. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Sends a run to the store again and again while it is trained, so that another machine goes on where it was last sent should this one die.
 * What has not changed is not sent again. A store that cannot be reached does not hold the run up: the next time may do better.
 *
 * @param seconds between the end of one sending and the beginning of the next
 */
export function keepRegularly(
  store: FolderStore,
  request: RunRequest,
  folder: string,
  seconds: number,
): Keeping {
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  let isStopped = false;
  const wait = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      sending = send(store, request, folder)
        .catch(() => undefined)
        .then(wait);
    }, 1000 * seconds);
    timer.unref();
  };
  wait();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await sending;
    },
  };
}

async function send(store: FolderStore, request: RunRequest, folder: string): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), "trazo-keep-"));
  try {
    if (!(await copyRun(folder, copy))) return;
    await store.put(keptRun(request), copy, { progress: progressIn(copy) });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
