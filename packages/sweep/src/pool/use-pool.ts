import type { RunPool } from "./run-pool.js";

/** Has something done with a pool, which is closed afterwards, or before, when a signal says so. */
export async function usePool<T>(
  pool: RunPool,
  signal: AbortSignal | undefined,
  use: () => Promise<T>,
): Promise<T> {
  const close = (): void => void pool.close();
  signal?.addEventListener("abort", close, { once: true });
  try {
    return await use();
  } finally {
    signal?.removeEventListener("abort", close);
    await pool.close();
  }
}
