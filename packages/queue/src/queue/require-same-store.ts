import { QueueError } from "../failures/index.js";

/** @throws TrazoError when runs travel through another store than a worker's own; undefined stands for a folder that all machines share */
export function requireSameStore(wanted: string | undefined, own: string | undefined): void {
  if (wanted === own) return;
  throw new QueueError(({ sharedFolderOnly, otherStore }) =>
    wanted === undefined ? sharedFolderOnly(own) : otherStore(wanted, own),
  );
}
