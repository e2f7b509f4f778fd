// A thousand workers, each with two runs at a time, on one server: what they cost it, measured. The workers are the real ones, many to a process; their
// runs last ten minutes with an epoch every 30 seconds and only wait. In a window of a minute some end, as they would in a sweep that has been
// going on for long: each worker's first runs begin somewhere in their middle. Needs redis-server and some 7,000 open files (`ulimit -n`).
//
//     npx tsx bench/queue/thousand.ts [workers] [processes] [seconds of each phase]
import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { QueuePool } from "@trazo/queue";
import { codeVersion } from "@trazo/sweep";
import { Redis } from "ioredis";
import { startRedis } from "../../packages/queue/test/redis-server.js";
import { difference, numberIn, usageOf } from "./usage.js";
import { waitingRequests, workPlace } from "./work.js";

const [workers = 1000, processes = 4, seconds = 60] = process.argv.slice(2).map(Number);
const slots = 2 * workers;
const work = workPlace("thousand");
const redis = await startRedis(work.folder("redis"));
const client = new Redis(redis.url);
// It connects again after the restart.
client.on("error", () => undefined);
const runs = work.folder("runs");
const began = performance.now();
const say = (text: string): void =>
  void process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);

const crowd = Array.from({ length: processes }, (_, i) => {
  const own = Math.floor(workers / processes) + (i < workers % processes ? 1 : 0);
  const file = fileURLToPath(new URL("./crowd.ts", import.meta.url));
  return fork(file, [redis.url, runs, `${own}`], { execArgv: ["--import", "tsx"], stdio: "inherit" });
});
await Promise.all(crowd.map((child) => heard(child)));
const connections = async (of: Redis): Promise<number> =>
  numberIn(await of.info("clients"), "connected_clients");
say(`${workers} workers are there, with ${await connections(client)} connections`);

await phase("without runs");

// Enough that some wait while others end.
const count = slots + Math.ceil((slots / 600) * 4 * seconds) + 200;
const requests = waitingRequests(count, { epochs: 20 });
const pool = await QueuePool.open({ queue: redis.url, runs });
let [done, wrong] = [0, 0];
for (const request of requests) {
  pool.run({ request }).then(
    ({ status }) => {
      done++;
      if (status !== "finished") wrong++;
    },
    () => wrong++,
  );
}
const active = async (): Promise<number> =>
  await client.llen(`trazo:runs-${codeVersion.split(" ")[1]}:active`);
while ((await active()) < slots) await sleep(500);
say(`${await active()} runs at work, ${count - slots} wait`);
await sleep(10_000);
const before = done;
await phase(`with ${slots} runs at work`);
say(`${((done - before) / seconds).toFixed(1)} runs ended a second`);

await redis.restart();
const back = performance.now();
say("the server was killed and is there again");
const fresh = new Redis(redis.url);
while ((await connections(fresh)) < 6 * workers) await sleep(200);
say(`all connections are back after ${((performance.now() - back) / 1000).toFixed(1)} s`);
await sleep(5000);
await phase("after the restart");
say(`${await active()} runs at work; ${done} ended, ${wrong} of them wrong`);
for (const child of crowd) child.kill("SIGKILL");
client.disconnect();
fresh.disconnect();
await redis.stop();
work.remove();
process.exit(wrong === 0 ? 0 : 1);

/** What the server does in a while, per second. */
async function phase(name: string): Promise<void> {
  const first = await usageOf(client);
  await sleep(seconds * 1000);
  const last = await usageOf(client);
  const used = difference(last, first);
  const rate = (value: number): string => Math.round(value / seconds).toLocaleString("en-US");
  say(
    `${name}, per second: ${rate(used.processed)} commands, ${rate(used.scripts)} scripts, ` +
      `${rate(used.inBytes / 1000)} KB in, ${rate(used.outBytes / 1000)} KB out, ` +
      `${((100 * used.cpu) / seconds).toFixed(0)} % of a core; memory ${(last.memory / 1e6).toFixed(0)} MB`,
  );
}

function heard(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("exit", () => reject(new Error("workers have ended")));
  });
}
