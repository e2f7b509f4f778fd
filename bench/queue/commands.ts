// What a run costs the server of a queue: commands, bytes and memory, for runs that only wait. Needs redis-server.
//
//     npx tsx bench/queue/commands.ts
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { QueuePool } from "@trazo/queue";
import { codeVersion, type RunRequest } from "@trazo/sweep";
import { Redis } from "ioredis";
import { startRedis } from "../../packages/queue/test/redis-server.js";
import { startWorkerProcess } from "../../packages/queue/test/worker-processes.js";

const count = 200;
const work = mkdtempSync(join(tmpdir(), "trazo-commands-"));
const folder = (name: string): string => {
  const path = join(work, name);
  mkdirSync(path, { recursive: true });
  return path;
};
const redis = await startRedis(folder("redis"));
const client = new Redis(redis.url);

/** Calls that clients made (not those of scripts), microseconds of the server's processor, and bytes. */
async function usage() {
  const [stats, commands, cpu, memory] = await Promise.all(
    ["stats", "commandstats", "cpu", "memory"].map((section) => client.info(section)),
  );
  const number = (text: string | undefined, name: string): number =>
    Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(text ?? "")?.[1]);
  const calls = [...(commands ?? "").matchAll(/^cmdstat_([\w|]+):calls=(\d+),usec=(\d+)/gm)].map(
    ([, name, times, microseconds]) => ({ name, times: Number(times), microseconds: Number(microseconds) }),
  );
  const outer = calls.filter(({ name = "" }) =>
    /^(evalsha|eval|bzpopmin|hgetall|hget|xread|client|publish|info|ping|exists|hmget|zscore)/.test(name),
  );
  return {
    processed: number(stats, "total_commands_processed"),
    inBytes: number(stats, "total_net_input_bytes"),
    outBytes: number(stats, "total_net_output_bytes"),
    cpu: number(cpu, "used_cpu_user") + number(cpu, "used_cpu_sys"),
    memory: number(memory, "used_memory"),
    scripts: outer
      .filter(({ name }) => name?.startsWith("evalsha"))
      .reduce((sum, { times }) => sum + times, 0),
  };
}
type Usage = Awaited<ReturnType<typeof usage>>;
const difference = (after: Usage, before: Usage): Usage =>
  Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - before[name as keyof Usage]]),
  ) as unknown as Usage;

await sleep(1000);
const alone = await usage();
await sleep(20_000);
const server = difference(await usage(), alone);

const processor = new URL("../../packages/queue/test/fake-runs.mjs", import.meta.url).href;
const options = { queue: redis.url, runs: folder("runs"), concurrency: 2, processor };
const worker = await startWorkerProcess(options);
const pool = await QueuePool.open({ queue: redis.url, runs: options.runs });
await sleep(3000);

const atRest = await usage();
await sleep(20_000);
const rest = difference(await usage(), atRest);

const before = await usage();
const requests = Array.from({ length: count }, (_, seed) => ({
  configuration: { data: { source: "mnist" }, epochs: 1, batchSize: 1, monitor: "val_accuracy", steps: 1 },
  seed,
  dataDigest: "0123456789abcdef",
  codeVersion,
  threads: 1,
})) as unknown as RunRequest[];
const start = performance.now();
await Promise.all(requests.map((request) => pool.run({ request })));
const seconds = (performance.now() - start) / 1000;
const made = difference(await usage(), before);

const per = (value: number, by: number): string => (value / by).toFixed(value / by < 1 ? 5 : 1);
console.log(`The server alone, per second: processor seconds ${per(server.cpu, 20)}
One worker of two processes and one sweep at rest, per second:
  commands ${per(rest.processed, 20)}, of them scripts ${per(rest.scripts, 20)}; bytes in ${per(rest.inBytes, 20)}, out ${per(rest.outBytes, 20)}; processor seconds ${per(rest.cpu, 20)}
Per run (${count} runs of one step in ${seconds.toFixed(1)} s):
  commands ${per(made.processed, count)} (those inside of scripts included), scripts ${per(made.scripts, count)}; bytes in ${per(made.inBytes, count)}, out ${per(made.outBytes, count)}
  processor milliseconds ${per(made.cpu * 1000, count)}; memory that stays: ${per(made.memory, count)} bytes`);

await worker.end("SIGTERM");
await pool.close();
client.disconnect();
await redis.stop();
rmSync(work, { recursive: true, force: true });
process.exit(0);
