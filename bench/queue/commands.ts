// What a run costs the server of a queue: commands, bytes and memory, for runs that only wait. Needs redis-server.
//
//     npx tsx bench/queue/commands.ts
import { setTimeout as sleep } from "node:timers/promises";
import { QueuePool } from "@trazo/queue";
import { Redis } from "ioredis";
import { startRedis } from "../../packages/queue/test/redis-server.js";
import { startWorkerProcess } from "../../packages/queue/test/worker-processes.js";
import { difference, usageOf } from "./usage.js";
import { waitingRequests, workPlace } from "./work.js";

const count = 200;
const work = workPlace("commands");
const redis = await startRedis(work.folder("redis"));
const client = new Redis(redis.url);

await sleep(1000);
const alone = await usageOf(client);
await sleep(20_000);
const server = difference(await usageOf(client), alone);

const processor = new URL("../../packages/queue/test/fake-runs.mjs", import.meta.url).href;
const options = { queue: redis.url, runs: work.folder("runs"), concurrency: 2, processor };
const worker = await startWorkerProcess(options);
const pool = await QueuePool.open({ queue: redis.url, runs: options.runs });
await sleep(3000);

const atRest = await usageOf(client);
await sleep(20_000);
const rest = difference(await usageOf(client), atRest);

const before = await usageOf(client);
const requests = waitingRequests(count, { epochs: 1, steps: 1 });
const start = performance.now();
await Promise.all(requests.map((request) => pool.run({ request })));
const seconds = (performance.now() - start) / 1000;
const made = difference(await usageOf(client), before);

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
work.remove();
process.exit(0);
