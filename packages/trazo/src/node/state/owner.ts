import { readFile, readlink } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";

/** The process that holds a folder, as its lock file says. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /**
   * The process table that `pid` belongs to: the kernel's boot and its PID namespace. A host name would not do: containers
   * share one, or get a new one each time. Missing in locks of earlier versions.
   */
  readonly table?: string | undefined;
  /** When the process started, in the kernel's ticks since boot. A number alone is given again after a death. */
  readonly began?: string | undefined;
  /** Random: tells one holding from another. */
  readonly token: string;
}

/** What the process table says about an owner; `unknown` where it is another table, or says too little. */
export type Fate = "alive" | "dead" | "unknown";

/** This process, as the owner of a new lock. */
export async function thisProcess(): Promise<Owner> {
  return {
    pid: process.pid,
    host: hostname(),
    table: await processTable(),
    began: (await statOf("self"))?.began,
    token: crypto.randomUUID(),
  };
}

/** @param self the process that asks */
export async function fateOf(owner: Owner, self: Owner): Promise<Fate> {
  const isKnown = owner.table !== undefined && self.table !== undefined;
  // A lock of an earlier version: its host name is all there is.
  if (owner.table === undefined ? owner.host !== self.host : !isKnown || owner.table !== self.table) {
    return "unknown";
  }
  if (!exists(owner.pid)) return "dead";
  const stat = await statInTable(owner.pid);
  if (stat && "ZX".includes(stat.state)) return "dead";
  if (stat && owner.began !== undefined) return stat.began === owner.began ? "alive" : "dead";
  return owner.table === undefined ? "alive" : "unknown";
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function processTable(): Promise<string | undefined> {
  if (process.platform !== "linux") return `${process.platform} ${hostname()} ${hardwareAddresses()}`;
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => undefined);
  const namespace = await readlink("/proc/self/ns/pid").catch(() => undefined);
  if (boot === undefined || namespace === undefined) return undefined;
  // A time namespace shifts when processes are said to have started.
  const time = await readlink("/proc/self/ns/time").catch(() => "");
  return [boot.trim(), namespace, time].join(" ").trim();
}

const hardwareAddresses = (): string =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ mac }) => mac)
    .sort()
    .join(",");

interface ProcessStat {
  /** One letter; Z and X are dead. */
  readonly state: string;
  readonly began: string;
}

/** Undefined where `/proc` is not this process's own: a container may see its host's. */
async function statInTable(pid: number): Promise<ProcessStat | undefined> {
  const self = await readlink("/proc/self").catch(() => undefined);
  return self === String(process.pid) ? await statOf(pid) : undefined;
}

/** Fields 3 and 22 of Linux's `/proc/<pid>/stat`; field 2, a name, may hold anything. */
async function statOf(pid: number | "self"): Promise<ProcessStat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, began] = [fields?.[0], fields?.[19]];
  return state !== undefined && began !== undefined ? { state, began } : undefined;
}
