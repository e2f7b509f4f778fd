import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  type AnnouncedSweep,
  FolderStore,
  openObjects,
  QueuePool,
  type QueuePoolOptions,
  startWorker,
  type WorkerEvent,
} from "@trazo/queue";
import {
  codeVersion,
  executeRun,
  type RunEvent,
  type RunJob,
  type RunRequest,
  type RunResult,
  requestDigest,
  requestFolder,
  type SweepSetting,
} from "@trazo/sweep";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { trazo, weightsDigest } from "../../cli/test/command.js";
import { writeTinyMnist } from "../../cli/test/tiny-mnist.js";
import { type RedisServer, redisProgram, startRedis } from "./redis-server.js";
import { s3Keys, startS3Server } from "./s3-server.js";
import { jobsOf, pictureRequest, tinyRequests } from "./tiny-runs.js";
import { startWorkerProcess, type WorkerProcess } from "./worker-processes.js";

const work = mkdtempSync(join(tmpdir(), "trazo-queue-"));
const closing: (() => Promise<unknown>)[] = [];
let count = 0;
const fresh = (name: string): string => {
  const folder = join(work, `${name}-${++count}`);
  mkdirSync(folder, { recursive: true });
  return folder;
};
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What is the same however and wherever a run is made: all but its times and its folder; of the model, its weights. */
async function essence({ times: _, folder: __, model, ...result }: RunResult) {
  return { ...result, weights: await weightsDigest(model as string) };
}

const processor = new URL("./fake-runs.mjs", import.meta.url).href;
/** Runs that only wait, 20 ms for each step. */
const waiting = (seeds: number, steps: number, more: object = {}): RunRequest[] => {
  const data = { source: "mnist" };
  const configuration = { data, epochs: 1, batchSize: 1, monitor: "val_accuracy", steps, ...more };
  return Array.from({ length: seeds }, (_, seed) => ({
    configuration,
    seed,
    dataDigest: "0123456789abcdef",
    codeVersion,
    threads: 1,
  }));
};
/** A run, and its beginning. */
function runAndWatch(pool: QueuePool, job: RunJob): [Promise<RunResult>, Promise<void>] {
  let tell: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return [pool.run(job, ({ type }) => type === "began" && tell()), begun];
}
type Command = [string, ...string[]];
type SummaryEvent = Extract<WorkerEvent, { type: "summary" }>;
/** Runs as those of a sweep with one setting for each configuration. */
function sweepOf(name: string, jobs: readonly RunJob[]): AnnouncedSweep {
  const configurations = [...new Set(jobs.map(({ request }) => request.configuration))];
  const settings = configurations.map((configuration, i) => ({
    name: i === 0 ? "as given" : `setting ${i}`,
    values: {},
    configuration,
  }));
  const seeds = [...new Set(jobs.map(({ request }) => request.seed))];
  return {
    name,
    plan: { settings, seeds, search: { type: "all" }, measure: "test_accuracy" },
    runs: jobs.map(({ request }, index) => ({
      index,
      setting: settings[configurations.indexOf(request.configuration)] as SweepSetting,
      seed: request.seed,
      request,
    })),
  };
}
const tinySweep = (data: string): string => `run:
  data: ${JSON.stringify(data)}
  network: [flatten, { type: dense, units: 10, activation: softmax }]
  optimizer: sgd
  epochs: 1
  batchSize: 32
space: { optimizer.learningRate: [0.01, 0.1] }
seeds: 2
threads: 1
`;
/** Waits for something that turns up. */
async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await sleep(50);
  }
}
const otherVersion = new URL("./other-version.mjs", import.meta.url).href;
const beginnings = (runs: string): string[] => readFileSync(join(runs, "log.txt"), "utf8").trim().split("\n");

const slow = 300_000;
const heading = `runs through ${redisProgram ?? "Redis (skipped: install Debian's package redis-server)"}`;

describe.skipIf(!redisProgram)(heading, () => {
  let redis: RedisServer;
  let name: string;
  beforeAll(async () => {
    redis = await startRedis(fresh("redis"));
  });
  afterAll(() => redis?.stop());

  async function workers(
    n: number,
    runs: string,
    more: Partial<Parameters<typeof startWorkerProcess>[0]> = {},
    hooks: readonly string[] = [],
  ): Promise<WorkerProcess[]> {
    const options = { queue: redis.url, name, runs, concurrency: 1, heartbeatSeconds: 2, ...more };
    const started = await Promise.all(Array.from({ length: n }, () => startWorkerProcess(options, hooks)));
    closing.push(() => Promise.all(started.map((worker) => worker.end("SIGKILL"))));
    return started;
  }
  async function poolIn(runs: string, more: Partial<QueuePoolOptions> = {}): Promise<QueuePool> {
    const pool = await QueuePool.open({ queue: redis.url, name, runs, ...more });
    closing.push(() => pool.close());
    return pool;
  }
  const newQueue = (): void => {
    name = `test-${++count}`;
  };
  /** What a server that takes no runs is, the commands that make it so and well again, and what is said of it. */
  const spoiled: [string, Command, Command, RegExp][] = [
    ["full", ["config", "set", "maxmemory", "1"], ["config", "set", "maxmemory", "0"], /memory is full/],
    ["read-only", ["replicaof", "127.0.0.1", "9"], ["replicaof", "no", "one"], /is read-only/],
  ];
  /** A server for one test, which may spoil it. */
  async function ownServer() {
    const server = await startRedis(fresh("redis"), { appends: false });
    closing.push(() => server.stop());
    const client = new Redis(server.url);
    closing.push(async () => client.disconnect());
    return { server, tell: (command: Command) => client.call(...command) };
  }
  /** A pool, and what it tells of its connection. */
  async function watchedPool(runs: string, { url }: RedisServer) {
    const states: (string | undefined)[] = [];
    const onConnection: QueuePoolOptions["onConnection"] = (isConnected, why) =>
      states.push(isConnected ? "back" : why?.reason);
    return { pool: await poolIn(runs, { queue: url, onConnection }), states };
  }

  it(
    "end with the same bits as in one process, with one worker and with four",
    async () => {
      const requests = await tinyRequests(fresh("data"), { seeds: [1, 2], epochs: 1 });
      const alone = fresh("alone");
      const expected = [];
      for (const request of requests) {
        expected.push(await essence(await executeRun(request, { folder: requestFolder(alone, request) })));
      }
      for (const n of [1, 4]) {
        newQueue();
        const runs = fresh("runs");
        await workers(n, runs);
        const pool = await poolIn(runs);
        expect(pool.capacity).toBe(n);
        const results = await Promise.all(jobsOf(requests).map((job) => pool.run(job)));
        expect(await Promise.all(results.map(essence))).toEqual(expected);
      }
    },
    slow,
  );

  it(
    "come back from S3 with their models, to workers that share no folder and get the data set by its digest",
    async () => {
      newQueue();
      Object.assign(process.env, s3Keys);
      const s3 = await startS3Server(fresh("s3"));
      closing.push(() => s3.stop());
      const store = `s3://sweeps/course?endpoint=${s3.endpoint}`;
      const [request] = (await tinyRequests(fresh("data"), {
        seeds: [3],
        epochs: 1,
      })) as [RunRequest];
      const [remote, here] = [fresh("remote"), fresh("here")];
      const [worker] = (await workers(1, remote, { store })) as [WorkerProcess];
      const pool = await poolIn(here, { store });
      const result = await pool.run({ request });
      expect(result.folder).toBe(requestFolder(here, request));
      const expected = await executeRun(request, { folder: requestFolder(fresh("alone"), request) });
      expect(await essence(result)).toEqual(await essence(expected));
      // So does a folder of pictures.
      const pictures = await pictureRequest(fresh("shapes"));
      const seen = await pool.run({ request: pictures });
      const alone = await executeRun(pictures, { folder: requestFolder(fresh("alone"), pictures) });
      expect(await essence(seen)).toEqual(await essence(alone));
      // And the report of a sweep.
      await pool.announce(sweepOf("stored", [{ request }]), [{ request }]);
      const { summary } = (await worker.saw(({ type }) => type === "summary")) as SummaryEvent;
      const [, key = ""] =
        /^s3:\/\/sweeps\/course\/(sweeps\/stored-.*\/report\.html)$/.exec(summary.report) ?? [];
      const objects = await openObjects(store);
      closing.push(async () => objects.close());
      expect(new TextDecoder().decode(await objects.get(key))).toContain("<td>as given</td><td>1/1</td>");
      // The folder is gone, the result is still in the queue and the run in the store: nothing is trained again.
      rmSync(here, { recursive: true });
      await pool.close();
      const again = await poolIn(here, { store });
      expect((await again.run({ request })).times).toEqual(result.times);
    },
    slow,
  );

  it(
    "are each in the table once, when workers are killed and the server is too",
    async () => {
      newQueue();
      const runs = fresh("runs");
      const requests = waiting(24, 40);
      const team = await workers(4, runs, { processor });
      const pool = await poolIn(runs);
      const events: RunEvent[] = [];
      const results = Promise.all(
        jobsOf(requests).map((job) => pool.run(job, (event) => events.push(event))),
      );
      for (const victim of [0, 1]) {
        await sleep(700);
        await team[victim]?.end("SIGKILL");
        await workers(1, runs, { processor });
        if (victim === 0) await redis.restart();
      }
      const table = await results;
      expect(table.map(({ digest }) => digest)).toEqual(requests.map(requestDigest));
      expect(table.every(({ status }) => status === "finished")).toBe(true);
      // Those that lost their worker resumed.
      expect(beginnings(runs).length).toBeGreaterThan(requests.length);
      expect(beginnings(runs).some((line) => !line.endsWith(" from 0"))).toBe(true);
      expect(events.some(({ type }) => type === "retry")).toBe(true);
    },
    slow,
  );

  it(
    "are asked for again when a server without a disk has forgotten them",
    async () => {
      newQueue();
      const runs = fresh("runs");
      const forgetful = await startRedis(fresh("redis"), { appends: false });
      closing.push(() => forgetful.stop());
      const pool = await poolIn(runs, { queue: forgetful.url });
      const results = Promise.all(jobsOf(waiting(3, 5)).map((job) => pool.run(job)));
      await sleep(500);
      await forgetful.restart();
      await workers(1, runs, { queue: forgetful.url, processor });
      expect((await results).map(({ status }) => status)).toEqual(["finished", "finished", "finished"]);
    },
    slow,
  );

  it(
    "are given back by a worker that is told to stop, and resume where it stopped",
    async () => {
      newQueue();
      const runs = fresh("runs");
      const [worker] = (await workers(1, runs, { processor, heartbeatSeconds: 30 })) as [WorkerProcess];
      const pool = await poolIn(runs);
      const [result, begun] = runAndWatch(pool, { request: waiting(1, 60)[0] as RunRequest });
      await begun;
      await sleep(400);
      expect(await worker.end("SIGTERM")).toBe(0);
      // Its lock would have lasted for 30 seconds: it was given back, not found dead.
      await workers(1, runs, { processor, heartbeatSeconds: 30 });
      expect((await result).status).toBe("finished");
      expect(beginnings(runs)).toHaveLength(2);
      expect(beginnings(runs)[1]).toMatch(/ from [1-9]/);
    },
    slow,
  );

  it(
    "survive the death of their own process, and fail in words when they cannot be made",
    async () => {
      newQueue();
      const runs = fresh("runs");
      const [worker] = (await workers(1, runs, { processor })) as [WorkerProcess];
      const pool = await poolIn(runs);
      const events: RunEvent[] = [];
      const [crashing] = waiting(1, 1, { crashes: 1 }) as [RunRequest];
      expect((await pool.run({ request: crashing }, (event) => events.push(event))).status).toBe("finished");
      expect(events.map(({ type }) => type)).toEqual(["began", "retry", "began"]);
      expect(worker.lines.some((line) => line.type === "failed" && !line.isLast)).toBe(true);
      const other = {
        ...crashing,
        codeVersion: "trazo 0.0.0",
        configuration: { ...crashing.configuration, fails: true },
      };
      const failed = await pool.run({ request: other });
      expect(failed).toMatchObject({ status: "failed", reason: "it cannot be made", epochs: [] });
    },
    slow,
  );

  it(
    "are in the table once when their worker was frozen and goes on while another one has been given them",
    async () => {
      newQueue();
      const runs = fresh("runs");
      const [frozen] = (await workers(1, runs)) as [WorkerProcess];
      const pool = await poolIn(runs);
      const requests = await tinyRequests(fresh("data"), { seeds: [7], epochs: 300 });
      const events: RunEvent[] = [];
      const waits = (): number =>
        events.filter((event) => event.type === "retry" && event.reason.includes("is in use by")).length;
      const result = pool.run({ request: requests[0] as RunRequest }, (event) => events.push(event));
      // The folder is taken by then.
      await until(() => events.find(({ type }) => type === "epoch"));
      const began = events.find(({ type }) => type === "began") as Extract<RunEvent, { type: "began" }>;
      const maker = Number(/process (\d+)$/.exec(began.worker)?.[1]);
      const signal = (name: NodeJS.Signals): void => {
        for (const pid of [maker, frozen.process.pid as number]) process.kill(pid, name);
      };
      // As when a machine sleeps: the process lives, and holds the run's folder.
      signal("SIGSTOP");
      const [other] = (await workers(1, runs)) as [WorkerProcess];
      await Promise.race([until(() => waits() >= 3), result]);
      expect(waits()).toBeGreaterThanOrEqual(3);
      signal("SIGCONT");
      expect(await result).toMatchObject({ status: "finished", epochs: { length: 300 } });
      expect(other.lines.some((line) => line.type === "failed" && line.isLast)).toBe(false);
    },
    slow,
  );

  it.each(spoiled)(
    "wait while the server is %s, and are made when it no longer is",
    async (_, spoil, mend, reason) => {
      newQueue();
      const runs = fresh("runs");
      const { server, tell } = await ownServer();
      const place = { queue: server.url, processor };
      const [worker] = (await workers(1, runs, { ...place, metrics: { host: "127.0.0.1", port: 0 } })) as [
        WorkerProcess,
      ];
      const { pool, states } = await watchedPool(runs, server);
      const [first, second] = jobsOf(waiting(2, 60)) as [RunJob, RunJob];
      const [result, begun] = runAndWatch(pool, first);
      await begun;
      await tell(spoil);
      const later = pool.run(second);
      expect(await worker.saw(({ type }) => type === "disconnected")).toMatchObject({
        reason: expect.stringMatching(reason),
      });
      const ready = (await worker.saw(({ type }) => type === "ready")) as { metricsPort?: number };
      const health = async (): Promise<number> =>
        (await fetch(`http://127.0.0.1:${ready.metricsPort}/health`)).status;
      expect(await health()).toBe(503);
      await until(() => states.length > 0);
      expect(states).toEqual([expect.stringMatching(reason)]);
      await expect(QueuePool.open({ queue: server.url, runs })).rejects.toThrow(reason);

      await tell(mend);
      expect((await Promise.all([result, later])).map(({ status }) => status)).toEqual([
        "finished",
        "finished",
      ]);
      expect(states.at(-1)).toBe("back");
      await worker.saw(({ type }) => type === "connected");
      expect(await health()).toBe(200);
    },
    slow,
  );

  it.each(spoiled)(
    "of a sweep are announced when the server no longer is %s",
    async (_, spoil, mend, reason) => {
      newQueue();
      const runs = fresh("runs");
      const { server, tell } = await ownServer();
      const { pool, states } = await watchedPool(runs, server);
      await tell(spoil);
      const jobs = jobsOf(waiting(2, 1));
      const announced = pool.announce(sweepOf("late", jobs), jobs);
      await Promise.race([until(() => states.length > 0), announced]);
      expect(states).toEqual([expect.stringMatching(reason)]);
      await tell(mend);
      await announced;
      expect(states.at(-1)).toBe("back");
      const [worker] = (await workers(1, runs, { queue: server.url, processor })) as [WorkerProcess];
      const { summary } = (await worker.saw(({ type }) => type === "summary")) as SummaryEvent;
      expect(summary).toMatchObject({ sweep: "late", finished: 2, unfinished: 0 });
    },
    slow,
  );

  it(
    "are made for a sweep although another one that wants the same ones is stopped",
    async () => {
      newQueue();
      const runs = fresh("runs");
      await workers(1, runs, { processor });
      const [stopped, going] = [await poolIn(runs), await poolIn(runs)];
      const jobs = jobsOf(waiting(2, 50));
      const [first, begun] = runAndWatch(stopped, jobs[0] as RunJob);
      const mine = Promise.all([first, stopped.run(jobs[1] as RunJob)]);
      const theirs = Promise.all(jobs.map((job) => going.run(job)));
      await begun;
      await sleep(300);
      await stopped.close();
      expect((await mine).map(({ status }) => status)).toEqual(["interrupted", "interrupted"]);
      expect((await theirs).map(({ status }) => status)).toEqual(["finished", "finished"]);
    },
    slow,
  );

  it(
    "are left alone by workers of another version",
    async () => {
      newQueue();
      const runs = fresh("runs");
      const [old] = (await workers(1, runs, { processor }, [otherVersion])) as [WorkerProcess];
      const pool = await poolIn(runs);
      expect(pool.hasWorkers).toBe(false);
      const result = pool.run({ request: waiting(1, 1)[0] as RunRequest });
      await sleep(500);
      await workers(1, runs, { processor });
      expect((await result).status).toBe("finished");
      expect(old.lines.map(({ type }) => type)).toEqual(["ready"]);
    },
    slow,
  );

  it(
    "of a sweep are summarized when the last one is done, and its metrics are there for Prometheus",
    async () => {
      newQueue();
      const runs = fresh("runs");
      const [worker] = (await workers(1, runs, { processor, metrics: { host: "127.0.0.1", port: 0 } })) as [
        WorkerProcess,
      ];
      const pool = await poolIn(runs);
      const jobs = jobsOf(waiting(3, 1));
      // One of them was made before.
      await pool.run(jobs[0] as RunJob);
      await pool.announce(sweepOf("rates", jobs), jobs);
      const { summary } = (await worker.saw(({ type }) => type === "summary")) as SummaryEvent;
      expect(summary).toMatchObject({ sweep: "rates", finished: 3, unfinished: 0 });
      expect(summary.report.startsWith(join(runs, "sweeps", "rates-"))).toBe(true);
      expect(readFileSync(summary.report, "utf8")).toContain("<td>as given</td><td>3/3</td>");
      const results = await Promise.all(jobs.map((job) => pool.run(job)));
      expect(results.map(({ seed }) => seed)).toEqual([0, 1, 2]);
      expect(beginnings(runs)).toHaveLength(3);

      const ready = (await worker.saw(({ type }) => type === "ready")) as { metricsPort?: number };
      const scrape = await fetch(`http://127.0.0.1:${ready.metricsPort}/metrics`);
      const text = await scrape.text();
      expect(scrape.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(text).toContain('trazo_worker_runs_total{status="finished"} 3');
      expect(text).toContain('trazo_queue_jobs{state="completed"} 3');
      expect(text).toMatch(/trazo_worker_run_seconds_count 3/);
      expect((await fetch(`http://127.0.0.1:${ready.metricsPort}/health`)).status).toBe(200);
    },
    slow,
  );

  it(
    "are told as failed again by the next sweep, unless it asks for another try; each sweep that shares them has its summary",
    async () => {
      newQueue();
      const runs = fresh("runs");
      const pool = await poolIn(runs);
      const [bad] = waiting(1, 1, { refuses: "its images are too small" }) as [RunRequest];
      const good = waiting(3, 1).slice(1);
      const jobs = jobsOf([bad, ...good]);
      await pool.announce(sweepOf("both", jobs), jobs);
      // The other sweep's runs all belong to the first one.
      const shared = jobs.slice(1);
      await pool.announce(sweepOf("shared", shared), shared);
      const [worker] = (await workers(1, runs, { processor })) as [WorkerProcess];
      const summaryOf = async (sweep: string) =>
        (await worker.saw((line) => line.type === "summary" && line.summary.sweep === sweep)) as SummaryEvent;
      expect((await summaryOf("both")).summary).toMatchObject({ finished: 2, unfinished: 1 });
      expect((await summaryOf("shared")).summary).toMatchObject({ finished: 2, unfinished: 0 });
      const report = readFileSync((await summaryOf("both")).summary.report, "utf8");
      expect(report).toContain("its images are too small");

      expect(beginnings(runs)).toHaveLength(3);
      const failed = { status: "failed", reason: "its images are too small" };
      expect(await pool.run({ request: bad })).toMatchObject(failed);
      expect(beginnings(runs)).toHaveLength(3);
      const again = { request: bad, retryFailed: true };
      await pool.announce(sweepOf("both", jobs), [again, ...shared]);
      expect(await pool.run(again)).toMatchObject({ status: "finished" });
      expect(beginnings(runs)).toHaveLength(4);
      await worker.saw((line) => line.type === "summary" && line.summary.finished === 3);
    },
    slow,
  );

  it(
    "that failed before a sweep asked for another try are tried again when only its summary asks for them",
    async () => {
      newQueue();
      const runs = fresh("runs");
      const pool = await poolIn(runs);
      const [bad] = waiting(1, 1, { refuses: "its images are too small" }) as [RunRequest];
      const good = jobsOf(waiting(3, 1).slice(1));
      const [worker] = (await workers(1, runs, { processor })) as [WorkerProcess];
      expect(await pool.run({ request: bad })).toMatchObject({ status: "failed" });
      const sweep = { ...sweepOf("again", [{ request: bad }, ...good]), retryFailed: true };
      // As of successive halving, whose later rungs are not among the first jobs.
      await pool.announce(sweep, good);
      const { summary } = (await worker.saw(({ type }) => type === "summary")) as SummaryEvent;
      expect(summary).toMatchObject({ sweep: "again", finished: 3, unfinished: 0 });
      expect(beginnings(runs)).toHaveLength(4);
    },
    slow,
  );

  it(
    "whose sweep was killed end all the same, and a worker writes its report",
    async () => {
      newQueue();
      const [runs, data] = [fresh("runs"), fresh("data")];
      await writeTinyMnist(data);
      const file = join(work, "rates.yaml");
      writeFileSync(file, tinySweep(data));
      const args = ["sweep", file, "--out", runs, "--queue", redis.url, "--queue-name", name];
      const killed = await trazo(args, (stdout, kill) => {
        if (stdout.includes("4 runs")) setTimeout(() => kill("SIGKILL"), 3000);
      });
      expect(killed.code).toBeNull();
      expect(killed.stdout).not.toContain("[1/4]");
      const [worker] = (await workers(1, runs)) as [WorkerProcess];
      const { summary } = (await worker.saw(({ type }) => type === "summary")) as SummaryEvent;
      expect(summary).toMatchObject({ sweep: "rates", finished: 4, unfinished: 0 });
      const table = readFileSync(join(dirname(summary.report), "summary.txt"), "utf8");
      expect(table).toMatch(/learningRate=0.1 +2\/2/);
      const took = (): number => worker.lines.filter(({ type }) => type === "took").length;
      expect(took()).toBe(4);
      // Whoever asks again gets the same, and nothing is trained.
      const again = await trazo(args);
      expect(again).toMatchObject({ code: 0, stderr: "" });
      expect(again.stdout).toContain(table.trim());
      expect(took()).toBe(4);
    },
    slow,
  );

  it(
    "of successive halving whose sweep was killed after the first rung are trained further all the same, to the same bits as in a local pool",
    async () => {
      newQueue();
      const [runs, alone, data] = [fresh("runs"), fresh("alone"), fresh("data")];
      await writeTinyMnist(data);
      const file = join(work, "halving.yaml");
      const rates = "[1e-5, 0.01, 0.3, 1e-6, 0.1, 0.03]";
      const search = "search: { type: asha, minEpochs: 1, factor: 2 }";
      const text = tinySweep(data).replace("epochs: 1", "epochs: 4").replace("seeds: 2", search);
      writeFileSync(file, text.replace("[0.01, 0.1]", rates));
      const [first] = (await workers(1, runs)) as [WorkerProcess];
      const args = ["sweep", file, "--out", runs, "--queue", redis.url, "--queue-name", name];
      const killed = await trazo(args, (stdout, kill) => {
        if (!stdout.includes("[6/6]")) return;
        kill("SIGKILL");
        void first.end("SIGKILL");
      });
      expect(killed.code).toBeNull();
      await first.end("SIGKILL");
      expect(first.lines.some(({ type }) => type === "summary")).toBe(false);

      const [second] = (await workers(1, runs)) as [WorkerProcess];
      const { summary } = (await second.saw(({ type }) => type === "summary")) as SummaryEvent;
      expect(summary).toMatchObject({ sweep: "halving", unfinished: 0 });
      expect(summary.paused).toBeGreaterThan(0);
      expect(second.lines.some(({ type }) => type === "took")).toBe(true);

      expect(await trazo(["sweep", file, "--out", alone])).toMatchObject({ code: 0, stderr: "" });
      const rows = (folder: string): string[][] =>
        readFileSync(join(folder, "runs.csv"), "utf8")
          .trim()
          .split("\n")
          .map((line) => line.split(","));
      const [made, expected] = [rows(dirname(summary.report)), rows(alone)];
      expect(made.map((row) => row.slice(0, -1))).toEqual(expected.map((row) => row.slice(0, -1)));
      expect(made.filter((row) => row.includes("finished"))).toHaveLength(summary.finished);
      for (const [i, row] of made.entries()) {
        if (i === 0) continue;
        const [one, other] = await Promise.all(
          [row, expected[i]].map((each) => weightsDigest(join(each?.at(-1) as string, "best_model.h5"))),
        );
        expect(one).toBe(other);
      }
      const summaryOf = (folder: string): string => readFileSync(join(folder, "summary.txt"), "utf8");
      expect(summaryOf(dirname(summary.report))).toBe(summaryOf(alone));
      // Whoever asks again gets the same, and nothing is trained.
      const took = (): number => second.lines.filter(({ type }) => type === "took").length;
      const before = took();
      const again = await trazo(args);
      expect(again).toMatchObject({ code: 0, stderr: "" });
      expect(again.stdout).toContain(summaryOf(alone).trim());
      expect(took()).toBe(before);
    },
    slow,
  );

  it(
    "go on, on another machine, where their own state was last sent to S3 when their worker is killed",
    async () => {
      newQueue();
      Object.assign(process.env, s3Keys);
      const s3 = await startS3Server(fresh("s3"));
      closing.push(() => s3.stop());
      const store = `s3://sweeps/kept?endpoint=${s3.endpoint}`;
      const [request] = (await tinyRequests(fresh("data"), { seeds: [5], epochs: 100 })) as [RunRequest];
      const once = { store, storeEverySeconds: 1 };
      const [first] = (await workers(1, fresh("one"), once)) as [WorkerProcess];
      const pool = await poolIn(fresh("here"), { store });
      const events: RunEvent[] = [];
      const running = pool.run({ request }, (event) => events.push(event));
      const kept = new FolderStore(await openObjects(store));
      closing.push(async () => kept.close());
      // The server writes no object whole or not at all, as S3 does.
      const progress = () => kept.progressOf(`runs/${requestDigest(request)}`).catch(() => undefined);
      while (((await progress()) ?? 0) < 1) await sleep(100);
      await first.end("SIGKILL");
      await workers(1, fresh("two"), once);
      const result = await running;
      expect(result.status).toBe("finished");
      const began = events.flatMap((event) => (event.type === "began" ? [event.epochsDone] : []));
      expect(began[0]).toBe(0);
      expect(began.at(-1)).toBeGreaterThan(0);
      const alone = fresh("alone");
      const expected = await executeRun(request, { folder: requestFolder(alone, request) });
      expect(await essence(result)).toEqual(await essence(expected));
    },
    slow,
  );

  it(
    "that have not begun are taken out of the queue by a sweep that ends, and the others stop after their step",
    async () => {
      newQueue();
      const runs = fresh("runs");
      await workers(1, runs, { processor });
      const pool = await poolIn(runs);
      const jobs = jobsOf(waiting(3, 500));
      const [first, begun] = runAndWatch(pool, jobs[0] as RunJob);
      const results = Promise.all([first, ...jobs.slice(1).map((job) => pool.run(job))]);
      await begun;
      await sleep(400);
      await pool.close();
      expect((await results).map(({ status }) => status)).toEqual([
        "interrupted",
        "interrupted",
        "interrupted",
      ]);
      expect(beginnings(runs)).toHaveLength(1);
      // Asked for again, they are made.
      const again = await poolIn(runs);
      const [resumed, begunAgain] = runAndWatch(again, jobs[0] as RunJob);
      await begunAgain;
      await again.close();
      expect((await resumed).status).toBe("interrupted");
      expect(beginnings(runs)).toHaveLength(2);
      expect(beginnings(runs)[1]).toMatch(/ from [1-9]/);
    },
    slow,
  );

  it("leave their server alone once their pool is closed", async () => {
    newQueue();
    const { server, tell } = await ownServer();
    const connections = async () =>
      /total_connections_received:(\d+)/.exec(String(await tell(["info", "stats"])))?.[1];
    const pool = await poolIn(fresh("runs"), { queue: server.url });
    await pool.close();
    // A pool that is being closed asks each second whether its server is there; one question may be on its way.
    await sleep(2500);
    const before = await connections();
    await sleep(2500);
    expect(before).toBeDefined();
    expect(await connections()).toBe(before);
  });
});

describe("a queue that cannot be used", () => {
  it.each([
    [
      "localhost:6379",
      /^localhost:6379 is not the address of a queue\. It must look like redis:\/\/localhost:6379/,
    ],
    [
      "redis://:secret@127.0.0.1:9",
      /^The queue at redis:\/\/:\*\*\*@127\.0\.0\.1:9 does not answer: nothing listens there; start Redis or Valkey\.$/,
    ],
  ])("is told in words, and without its password: %s", async (queue, message) => {
    await expect(startWorker({ queue, runs: fileURLToPath(new URL(".", import.meta.url)) })).rejects.toThrow(
      message,
    );
    await expect(QueuePool.open({ queue, runs: "." })).rejects.toThrow(message);
  });
});
