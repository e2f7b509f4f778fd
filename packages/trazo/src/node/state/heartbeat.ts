import { recordText, writeOver } from "./lock-record.js";
import type { Owner } from "./owner.js";

/** Milliseconds between two heartbeats. */
const beatMs = 2000;

/**
 * Writes to a lock again and again, so that processes which cannot look its owner up see that it lives. Stops by itself once
 * the lock is another's.
 *
 * @returns what stops it
 */
export function startHeartbeat(path: string, owner: Owner): () => void {
  let beats = 0;
  let longestGap = 0;
  let last = performance.now();
  let isBeating = false;
  const stop = (): void => clearInterval(timer);
  const beat = async (): Promise<void> => {
    if (isBeating) return;
    isBeating = true;
    const now = performance.now();
    longestGap = Math.max(longestGap, now - last);
    last = now;
    // What cannot be written now may be written the next time; whether the lock is held is asked elsewhere.
    const isHeld = await writeOver(path, owner.token, recordText(owner, ++beats, longestGap)).catch(
      () => true,
    );
    if (!isHeld) stop();
    isBeating = false;
  };
  const timer = setInterval(() => void beat(), beatMs);
  // A lock alone does not keep a process running.
  timer.unref();
  return stop;
}
