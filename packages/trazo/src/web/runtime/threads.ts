import { inWords, TrazoError } from "../../errors.js";

interface Browser {
  /** Undefined outside of browsers. */
  readonly crossOriginIsolated?: boolean;
  /** Node has none of this name. */
  readonly Worker?: unknown;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const browser = (): Browser => globalThis as unknown as Browser;

/** As many as Node's. */
const most = 256;

/** Whether threads may share memory. Where they may not, a browser that is asked for threads may never answer. */
function sharesMemory(): boolean {
  const { crossOriginIsolated = true, Worker } = browser();
  // WebKitGTK isolates pages, but has no memory for them to share.
  return crossOriginIsolated && typeof SharedArrayBuffer !== "undefined" && Worker !== undefined;
}

export const defaultThreads = (): number =>
  sharesMemory() ? Math.min(browser().navigator?.hardwareConcurrency ?? 1, most) : 1;

/** Whether this thread may wait for others: a page's own may not. */
export function mayWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

/** @throws TrazoError for a number that cannot be had */
export function requireThreads(threads: number | undefined, caller: string): void {
  if (threads === undefined) return;
  if (!Number.isInteger(threads) || threads < 1 || threads > most) {
    throw new TrazoError(
      `${caller}: threads must be an integer from 1 to ${most}, but got ${inWords(threads)}.`,
    );
  }
  if (threads === 1 || sharesMemory()) return;
  throw new TrazoError(
    `${caller}: threads is ${threads}, but this page may not share memory between threads, or start any. Have its server send the headers ` +
      "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave threads out.",
  );
}
