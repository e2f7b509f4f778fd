import { readdirSync, readFileSync } from "node:fs";

/** The largest memory of this process's descendants, in MiB, while something runs. Linux only. */
export async function peakWhile(run: () => Promise<unknown>): Promise<number> {
  let most = memoryOfDescendants();
  const timer = setInterval(() => {
    most = Math.max(most, memoryOfDescendants());
  }, 100);
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
  return Math.max(most, memoryOfDescendants());
}

/** Proportional set sizes: what processes share is counted once. */
export function memoryOfDescendants(): number {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    const parent = /^\d+$/.test(entry) ? parentOf(Number(entry)) : undefined;
    if (parent !== undefined) parents.set(Number(entry), parent);
  }
  const isBelow = (id: number | undefined): boolean =>
    id !== undefined && (id === process.pid || isBelow(parents.get(id)));
  let kilobytes = 0;
  for (const [id, parent] of parents) if (isBelow(parent)) kilobytes += proportionalSize(id);
  return kilobytes / 1024;
}

/** Undefined where the process has ended. */
function parentOf(id: number): number | undefined {
  // The name, in parentheses, may hold anything.
  const fields = read(`/proc/${id}/stat`)?.split(") ").at(-1)?.split(" ");
  return fields && Number(fields[1]);
}

const proportionalSize = (id: number): number =>
  Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${id}/smaps_rollup`) ?? "")?.[1] ?? 0);

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
