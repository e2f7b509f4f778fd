import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RedisServer, redisProgram, startRedis } from "../../queue/test/redis-server.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { type Finished, shortRun, trazo } from "./command.js";

const { path } = temporaryFolder();

/** `@/name` stands for a file in the test's folder. */
const inFolder = (arg: string): string => arg.replace(/^@\//, `${path("")}/`);

const sweep = `run: run.yaml
space: { optimizer.learningRate: [0.001, 0.1] }
seeds: 1
`;

beforeAll(() => {
  writeFileSync(path("run.yaml"), shortRun(1));
  writeFileSync(path("sweep.yaml"), sweep);
});

/** A command that goes on while the test does. */
interface Going {
  readonly finished: Promise<Finished>;
  /** Waits for a text in what it prints. */
  saw(text: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

const going = new Set<Going>();
afterEach(async () => {
  for (const { kill } of going) kill("SIGKILL");
  await Promise.all([...going].map(({ finished }) => finished));
  going.clear();
});

function start(args: readonly string[]): Going {
  let [output, kill] = ["", (_: NodeJS.Signals): void => undefined];
  const watchers = new Set<() => void>();
  const finished = trazo(args, (stdout, killIt) => {
    output = stdout;
    kill = killIt;
    for (const watcher of watchers) watcher();
  });
  const command: Going = {
    finished,
    kill: (signal) => kill(signal),
    saw: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve(output);
        };
        watchers.add(look);
        look();
        void finished.then(({ code, stdout, stderr }) =>
          reject(new Error(`it ended (${code}) without ${JSON.stringify(text)}: ${stdout}${stderr}`)),
        );
      }),
  };
  going.add(command);
  return command;
}

const heading = `with ${redisProgram ?? "Redis (skipped: install Debian's package redis-server)"}`;

describe.skipIf(!redisProgram)(heading, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    mkdirSync(path("redis"));
    redis = await startRedis(path("redis"));
  });
  afterAll(() => redis?.stop());

  const worker = (name: string, ...more: string[]): Going =>
    start(["worker", "--queue", redis.url, "--name", name, "--runs", path(name), ...more]);
  const sweeping = (name: string, ...more: string[]): Going =>
    start([
      ...["sweep", path("sweep.yaml"), "--queue", redis.url, "--queue-name", name, "--out", path(name)],
      ...["--threads", "1", ...more],
    ]);

  it("trazo worker makes the runs of trazo sweep --queue, tells Prometheus of them, and ends with 0 on SIGTERM", async () => {
    const team = worker("whole", "--at-once", "2", "--metrics-port", "0");
    const [, address = ""] = /Metrics: (\S+)/.exec(await team.saw("/metrics")) ?? [];
    const { code, stdout, stderr } = await sweeping("whole").finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("2 settings, 1 seed: 2 runs");
    expect(stdout).toContain("[2/2] ");
    expect(stdout).not.toContain("No worker");
    expect(readFileSync(path("whole/report.html"), "utf8")).toContain("learningRate");
    expect(readFileSync(path("whole/runs.csv"), "utf8").trim().split("\n")).toHaveLength(3);

    const metrics = await (await fetch(address)).text();
    expect(metrics).toContain('trazo_worker_runs_total{status="finished"} 2');
    expect(metrics).toContain("trazo_worker_epochs_total 2");
    expect(metrics).toContain("trazo_worker_runs_active 0");
    expect((await fetch(address.replace("/metrics", "/health"))).status).toBe(200);
    expect((await fetch(address.replace("/metrics", "/other"))).status).toBe(404);

    team.kill("SIGTERM");
    const ended = await team.finished;
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/: finished in \d+\.\d s loss=\d\.\d{4} accuracy=\d\.\d{4}\n/);
    expect(ended.stdout).toContain("SIGTERM: runs stop after this step and go back to the queue.");
  });

  it("a run goes on with another worker when its own is told to stop; Ctrl-C stops the sweep, and the next one resumes", async () => {
    const waiting = sweeping("long", "--set", "epochs=100000");
    expect(await waiting.saw("No worker of trazo")).toContain(
      `trazo worker --queue ${redis.url} --name long --runs ${path("long")}`,
    );
    const first = worker("long", "--at-once", "2");
    await first.saw("seed 42");
    first.kill("SIGTERM");
    expect(await first.finished).toMatchObject({ code: 0, stderr: "" });

    const second = worker("long", "--at-once", "2");
    await second.saw("seed 42");
    waiting.kill("SIGINT");
    const stopped = await waiting.finished;
    expect(stopped).toMatchObject({ code: 130, stderr: "" });
    expect(stopped.stdout).toContain("The sweep was interrupted. What was trained is saved.");
    expect(existsSync(path("long/report.html"))).toBe(false);
    await second.saw(": interrupted in ");
  });

  it("a worker says that its server is gone, and ends on SIGTERM all the same", async () => {
    mkdirSync(path("mortal"));
    const mortal = await startRedis(path("mortal"));
    const team = start(["worker", "--queue", mortal.url, "--runs", path("runs")]);
    await team.saw("waiting for runs");
    await mortal.stop();
    // Because the connection ended, or because nothing listens there any more: whichever is noticed first.
    await team.saw("The queue cannot be used: ");
    team.kill("SIGTERM");
    expect(await team.finished).toMatchObject({ code: 0, stderr: "" });
  });

  it("Ctrl-C ends a sweep in words while it waits to announce itself to a server that has gone", async () => {
    const own = await proxy(Number(new URL(redis.url).port), (asked) => /evalsha/i.test(asked));
    const waiting = start([
      ...["sweep", path("sweep.yaml"), "--queue", own.url, "--queue-name", "gone", "--threads", "1"],
      ...["--out", path("gone")],
    ]);
    await waiting.saw("The queue cannot be used: ");
    waiting.kill("SIGINT");
    const { code, stdout, stderr } = await waiting.finished;
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    expect(stdout).toContain(
      "The sweep was interrupted. What was trained is saved.\nTo continue: npx trazo sweep",
    );
    own.close();
  });

  it("tells at once that a metrics port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const { finished } = worker("taken", "--metrics-port", `${port}`);
    expect(await finished).toMatchObject({
      code: 1,
      stderr: `trazo: Metrics cannot be served at 127.0.0.1:${port}: something else listens there.\n`,
    });
    server.close();
  });
});

/** A server that passes on what it is sent to another one, until something is asked: then it is gone. */
async function proxy(port: number, isLast: (asked: string) => boolean) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const behind = connect(port, "127.0.0.1");
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => socket.destroy());
    }
    behind.on("close", () => client.destroy()).pipe(client);
    client.on("data", (data) => {
      if (isLast(data.toString("latin1"))) close();
      else behind.write(data);
    });
  }).listen(0, "127.0.0.1");
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  await once(server, "listening");
  return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe("a queue that accepts connections and says nothing", () => {
  let silent: Server;
  beforeEach(async () => {
    silent = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
    await once(silent, "listening");
  });
  afterEach(() => silent.close());
  const url = (): string => `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`;

  it.each<[command: string, args: string[], code: number, words: RegExp]>([
    [
      "sweep",
      ["@/sweep.yaml", "--out", "@/silent"],
      130,
      /^\nStopping\. Press Ctrl-C again to quit immediately\.\n\nThe sweep was interrupted\. .+\nTo continue: npx trazo sweep /,
    ],
    ["worker", ["--runs", "@/silent"], 0, /^SIGINT: stopped before any run was taken\.\n$/],
  ])("does not keep trazo %s from ending at Ctrl-C, in words", async (command, args, code, words) => {
    const asked = once(silent, "connection");
    const waiting = start([command, ...args.map(inFolder), "--queue", url()]);
    await asked;
    waiting.kill("SIGINT");
    const ended = await waiting.finished;
    expect(ended).toMatchObject({ code, stderr: "" });
    expect(ended.stdout).toMatch(words);
    expect(existsSync(path("silent"))).toBe(false);
  });

  it("is told to give no answer", async () => {
    const { finished } = start(["worker", "--queue", url(), "--runs", path("silent")]);
    expect(await finished).toMatchObject({
      code: 1,
      stderr: `trazo: The queue at ${url()} does not answer: no answer within 5 seconds.\n`,
    });
  });
});

describe("wrong queues", () => {
  const unreachable = ["--queue", "redis://:secret@127.0.0.1:9"];
  it.each<[args: string[], code: number, message: RegExp]>([
    [["worker"], 2, /required option '--queue <address>' not specified/],
    [["worker", "--queue", "localhost:6379"], 2, /It must look like redis:\/\/localhost:6379/],
    [["worker", "--queue", "redis://host:6379/zero"], 1, /is not the address of a queue/],
    [
      ["worker", ...unreachable],
      1,
      /^trazo: The queue at redis:\/\/:\*\*\*@127\.0\.0\.1:9 does not answer: nothing listens there; start Redis or Valkey\.\n$/,
    ],
    [
      ["worker", ...unreachable, "--lang", "es"],
      1,
      /^trazo: La cola de redis:.+ no responde: allí no escucha nadie; inicia Redis o Valkey\.\n$/,
    ],
    [["worker", ...unreachable, "--store", "s3://"], 1, /is not the address of a store/],
    [["worker", ...unreachable, "--heartbeat", "0"], 2, /at least 1/],
    [["worker", ...unreachable, "--metrics-port", "70000"], 2, /at most 65535/],
    [
      ["sweep", "@/sweep.yaml", "--queue", "http://127.0.0.1"],
      2,
      /It must look like redis:\/\/localhost:6379/,
    ],
    [
      ["sweep", "@/sweep.yaml", ...unreachable, "--out", "@/unreachable"],
      1,
      /does not answer: nothing listens there/,
    ],
  ])("%j ends with %i, in words", async (args, code, message) => {
    const ended = await trazo(args.map(inFolder));
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/secret|\n\s+at /);
    expect(existsSync(path("unreachable"))).toBe(false);
  });
});

describe("trazo train --index", () => {
  const train = (...more: string[]): string[] => [
    ...["train", "--config", "@/sweep.yaml", "--threads", "1", "--out", "@/array", ...more],
  ];
  const values = (stdout: string): Record<string, string> =>
    Object.fromEntries(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(/=(.*)/).slice(0, 2)),
    );

  it("makes one run of a sweep and prints name=value lines, in no language; the second time it only reads it", async () => {
    const first = await trazo(train("--index", "1", "--lang", "es").map(inFolder));
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/^index=1\nsetting=.*learningRate=0\.1\nseed=42\nepoch=1\n/);
    expect(values(first.stdout)).toMatchObject({
      status: "finished",
      run: expect.stringMatching(/^[0-9a-f]{16}$/),
      val_accuracy: expect.stringMatching(/^\d\.\d+$/),
      test_accuracy: expect.stringMatching(/^\d/),
      model: expect.stringMatching(/best_model\.h5$/),
    });
    const second = await trazo(train("--index", "1").map(inFolder));
    expect(second.code).toBe(0);
    expect(second.stdout).not.toContain("\nepoch=");
    expect(values(second.stdout).model).toBe(values(first.stdout).model);
  });

  it("is saved and ends with 143 on SIGTERM, and resumes", async () => {
    const long = train("--index", "0", "--set", "epochs=100000").map(inFolder);
    // A second signal would end it at once, unsaved.
    const stopAfter = (text: string): Parameters<typeof trazo>[1] => {
      let isStopped = false;
      return (stdout, kill) => {
        if (isStopped || !stdout.includes(text)) return;
        isStopped = true;
        kill("SIGTERM");
      };
    };
    const stopped = await trazo(long, stopAfter("epoch=2\n"));
    expect(stopped).toMatchObject({ code: 143, stderr: "" });
    expect(stopped.stdout).toContain("\nstatus=interrupted\n");
    const resumed = await trazo(long, stopAfter("epoch="));
    expect(Number(/epoch=(\d+)/.exec(resumed.stdout)?.[1])).toBeGreaterThan(2);
  });

  it.each<[args: string[], code: number, message: RegExp]>([
    [["train", "--index", "0"], 2, /--index goes with --config FILE, a sweep's file/],
    [train("--index", "2"), 2, /There is no run 2: the sweep has 2, counted from 0/],
    [train("--index", "-1"), 2, /integer of at least 0/],
    [train("--index", ""), 2, /integer of at least 0/],
    [train("--index", "one"), 2, /integer of at least 0/],
    [["train", "--config", "@/none.yaml", "--index", "0"], 1, /none\.yaml/],
    [train("--index", "0", "--set", "optimizer.learningRate=-1"), 1, /learningRate/],
  ])("%j ends with %i, in words", async (args, code, message) => {
    const ended = await trazo(args.map(inFolder));
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });
});
