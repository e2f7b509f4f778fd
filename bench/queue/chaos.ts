// Four workers in processes of their own make real runs; every few seconds one is killed with SIGKILL and replaced, and once the server
// is killed and started again. At the end every run must be in the table exactly once. Needs redis-server, and `npm run build` before.
// `--forgetful`: the server has no disk and forgets everything when it is killed. `--freeze`: every other worker is not killed but frozen for
// longer than its heartbeat, as when a machine sleeps, and goes on.
//
//     npx tsx bench/queue/chaos.ts [seconds] [runs] [seconds between kills] [epochs] [--forgetful] [--freeze]
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { QueuePool } from "@trazo/queue";
import { type RunEvent, requestDigest } from "@trazo/sweep";
import { startRedis } from "../../packages/queue/test/redis-server.js";
import { jobsOf, tinyRequests } from "../../packages/queue/test/tiny-runs.js";
import { parseArgs } from "../command.js";
import { workPlace } from "./work.js";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { forgetful: { type: "boolean" }, freeze: { type: "boolean" } },
});
const [seconds = 60, count = 40, everySeconds = 5, epochs = 6] = positionals.map(Number);
const [workers, heartbeat] = [4, 2];

const work = workPlace("chaos");
const program = fileURLToPath(new URL("../../packages/cli/bin/trazo.mjs", import.meta.url));
const began = performance.now();
const say = (text: string): void =>
  void process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);

const redis = await startRedis(work.folder("redis"), { appends: flags.forgetful !== true });
const runs = work.folder("runs");

const requests = await tinyRequests(work.folder("data"), {
  seeds: Array.from({ length: count }, (_, seed) => seed),
  epochs,
});
const team = Array.from({ length: workers }, startWorker);
const pool = await QueuePool.open({ queue: redis.url, runs });
const events: RunEvent[] = [];
let done = 0;
const results = Promise.all(
  jobsOf(requests).map(async (job) => {
    const result = await pool.run(job, (event) => events.push(event));
    done++;
    return result;
  }),
);
say(`${workers} workers, ${count} runs of ${epochs} epochs`);

/** The command itself, as it is built. */
function startWorker(): ChildProcess {
  const args = [
    "worker",
    "--queue",
    redis.url,
    "--runs",
    runs,
    "--at-once",
    "1",
    "--heartbeat",
    `${heartbeat}`,
  ];
  // In a group of its own, so that it is frozen with the processes that make its runs.
  return spawn(process.execPath, [program, ...args], { stdio: "ignore", detached: true });
}

async function freeze({ pid }: ChildProcess): Promise<void> {
  process.kill(-(pid as number), "SIGSTOP");
  await sleep(3 * heartbeat * 1000);
  process.kill(-(pid as number), "SIGCONT");
}

let [kills, freezes] = [0, 0];
const frozen: Promise<void>[] = [];
const until = performance.now() + seconds * 1000;
let hasRestarted = false;
while (performance.now() < until) {
  await sleep(everySeconds * 1000);
  const victim = (kills + freezes) % team.length;
  const worker = team[victim] as ChildProcess;
  const freezing = flags.freeze === true && freezes <= kills;
  if (freezing) {
    freezes++;
    frozen.push(freeze(worker));
  } else {
    worker.kill("SIGKILL");
    kills++;
  }
  say(`${freezing ? "froze" : "killed"} worker ${victim}; ${done} of ${count} done`);
  if (!hasRestarted && performance.now() > until - (seconds * 1000) / 2) {
    hasRestarted = true;
    await redis.restart();
    say("killed the server and started it again");
  }
  if (!freezing) team[victim] = startWorker();
}
await Promise.all(frozen);
say(`no more kills; ${done} of ${count} done`);
const table = await results;
say("all done");
for (const worker of team) worker.kill("SIGTERM");
await pool.close();
await redis.stop();

const digests = table.map(({ digest }) => digest);
const expected = requests.map(requestDigest);
const retries = events.filter(({ type }) => type === "retry").length;
const resumed = events.filter((event) => event.type === "began" && event.epochsDone > 0).length;
const folders = readdirSync(runs).filter((name) => /^[0-9a-f]{16}$/.test(name));
say(
  `${kills} kills, ${freezes} freezes, 1 restart${flags.forgetful ? " that forgot everything" : ""}, ${retries} runs given to another worker, ${resumed} of them resumed at a saved epoch; ` +
    `${new Set(digests).size} different runs in a table of ${table.length}, ${folders.length} folders`,
);
const isWhole =
  digests.every((digest, i) => digest === expected[i]) &&
  table.every(({ status, epochs: { length } }) => status === "finished" && length === epochs) &&
  folders.length === count;
work.remove();
say(isWhole ? "every run is in the table once, whole" : "WRONG: a run is missing, double or not whole");
process.exit(isWhole ? 0 : 1);
