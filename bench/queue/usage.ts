import type { Redis } from "ioredis";

/** What a server has done since it started. */
export interface Usage {
  /** Commands, those inside of scripts included. */
  readonly processed: number;
  readonly scripts: number;
  readonly inBytes: number;
  readonly outBytes: number;
  /** Seconds of its processor. */
  readonly cpu: number;
  /** Bytes that it holds now. */
  readonly memory: number;
}

/** A number of what a server says of itself. */
export const numberIn = (info: string, name: string): number =>
  Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);

export async function usageOf(client: Redis): Promise<Usage> {
  const [stats = "", commands = "", cpu = "", memory = ""] = await Promise.all(
    ["stats", "commandstats", "cpu", "memory"].map((section) => client.info(section)),
  );
  const scripts = [...commands.matchAll(/^cmdstat_evalsha\w*:calls=(\d+)/gm)];
  return {
    processed: numberIn(stats, "total_commands_processed"),
    scripts: scripts.reduce((sum, [, calls]) => sum + Number(calls), 0),
    inBytes: numberIn(stats, "total_net_input_bytes"),
    outBytes: numberIn(stats, "total_net_output_bytes"),
    cpu: numberIn(cpu, "used_cpu_user") + numberIn(cpu, "used_cpu_sys"),
    memory: numberIn(memory, "used_memory"),
  };
}

export const difference = (after: Usage, before: Usage): Usage => ({
  processed: after.processed - before.processed,
  scripts: after.scripts - before.scripts,
  inBytes: after.inBytes - before.inBytes,
  outBytes: after.outBytes - before.outBytes,
  cpu: after.cpu - before.cpu,
  memory: after.memory - before.memory,
});
