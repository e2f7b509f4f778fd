import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type FolderLock, lockFolder, type Owner } from "trazo/node";
import { holdsState, removeEvents, removeHalfWritten, removeRun, requireOwnFolder } from "./own-files.js";
import { requireResumable } from "./resumable.js";
import {
  holdsRun,
  type Run,
  type RunConfig,
  readRun,
  readRunToResume,
  runFiles,
  writeRunConfig,
} from "./run-folder.js";

export interface InFolderOptions {
  readonly folder: string;
  /** What the folder says of the run. */
  readonly config: RunConfig;
  /** Throw away what an earlier run left in the folder. Default false. */
  readonly fresh?: boolean | undefined;
  /** Say nothing while another process lets go of the folder. Default false. */
  readonly quiet?: boolean | undefined;
  /** Whether what was trained before is of no use, so that the run starts again. */
  beginsAnew(before: Run): boolean;
}

/**
 * Trains in a run's folder, which no other process uses meanwhile. A run in it that was interrupted, or is to be longer now, resumes where it
 * stopped, or starts again where its length decides its beginning; a finished one is only read.
 *
 * @param train writes the models, the logs and the result; resumes from the saved state where there is one
 * @throws TrazoError when another process is at work in the folder, or it holds a run with other settings or other files
 */
export async function runInFolder(
  options: InFolderOptions,
  train: (lock: FolderLock) => Promise<void>,
): Promise<Run> {
  const { folder, config } = options;
  const print = (text: string): void => void process.stdout.write(text);
  const lock = await lockFolder(folder, options.quiet ? {} : { print });
  try {
    if (lock.predecessor) await unlockState(folder, lock.predecessor);
    requireOwnFolder(folder);
    await removeHalfWritten(folder);
    if (options.fresh) await removeRun(folder);
    const before = holdsRun(folder) ? readRunToResume(folder) : undefined;
    if (before) requireResumable(before, config);
    if (before?.result && before.config.epochs === config.epochs) return before;
    await begin(before, options);
    await train(lock);
    return readRun(folder);
  } finally {
    await lock.release();
  }
}

/** The same dead process held the state, which need not be found out again. */
async function unlockState(folder: string, dead: Owner): Promise<void> {
  for (const state of [join(folder, runFiles.state), join(folder, runFiles.head, runFiles.state)]) {
    if (existsSync(state)) await (await lockFolder(state, { dead })).release();
  }
}

async function begin(
  before: Run | undefined,
  { folder, config, beginsAnew }: InFolderOptions,
): Promise<void> {
  // A run that is trained from its beginning, perhaps since it was killed in its first epoch, draws its curves again.
  if (!holdsState(folder)) await removeEvents(folder);
  // Of several runs each begins when its turn comes, not when all were planned.
  if (!before) return await writeRunConfig(folder, { ...config, started: new Date().toISOString() });
  if (before.config.epochs === config.epochs) return;
  // Nor can it be resumed where its state has gone.
  if (beginsAnew(before) || !holdsState(folder)) await removeRun(folder);
  await rm(join(folder, runFiles.result), { force: true });
  await writeRunConfig(folder, { ...before.config, epochs: config.epochs });
}
