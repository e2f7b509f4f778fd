import { readdirSync, readFileSync } from "node:fs";
import { TrazoError } from "../../errors.js";

/** A limit this high never binds in practice, and counting up to it would take long. */
const largeLimit = 10_000;

/**
 * Checks that a session's threads can be started. ONNX Runtime does not: where the system refuses one, it waits forever or ends the
 * process.
 *
 * @param room how many threads may still be started, as `threadRoom` says
 * @throws TrazoError saying how many there may be
 */
export function requireThreadRoom(threads: number, room: number = threadRoom()): void {
  // One of them is the thread that runs the session.
  if (threads - 1 <= Math.max(0, room)) return;
  throw new TrazoError(
    `${threads} threads were asked for, but the system lets this process start only ${Math.max(0, room)} more (see ulimit -u, or the ` +
      `container's limit of processes). Set threads to ${Math.max(0, room) + 1} or less, or raise the limit.`,
  );
}

/** How many threads the system lets this process start, as far as can be known: Infinity where nothing says so. */
function threadRoom(): number {
  if (process.platform !== "linux") return Number.POSITIVE_INFINITY;
  return Math.min(roomOfUser(), roomOfContainer());
}

/** All threads of a user count against the limit on processes; the superuser has none. */
function roomOfUser(): number {
  const user = process.getuid?.() ?? 0;
  const limit = Number(/^Max processes\s+(\d+)/m.exec(textOf("/proc/self/limits"))?.[1] ?? Number.NaN);
  if (user === 0 || !(limit < largeLimit)) return Number.POSITIVE_INFINITY;
  const own = new RegExp(`^Uid:\\s+${user}\\s`, "m");
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const running = processes.reduce((sum, name) => {
    const status = textOf(`/proc/${name}/status`);
    return own.test(status) ? sum + Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 1) : sum;
  }, 0);
  return limit - running;
}

/** Containers see their own control group at the root, of version 2 or 1. */
function roomOfContainer(): number {
  for (const folder of ["/sys/fs/cgroup", "/sys/fs/cgroup/pids"]) {
    const [limit, running] = [`${folder}/pids.max`, `${folder}/pids.current`].map((path) =>
      Number.parseInt(textOf(path), 10),
    ) as [number, number];
    if (limit >= 0 && running >= 0) return limit - running;
  }
  return Number.POSITIVE_INFINITY;
}

/** Empty when it cannot be read: a process may have ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
