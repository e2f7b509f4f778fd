import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { layers, sequential } from "trazo";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { exchange } from "./running.js";

const program = fileURLToPath(new URL("../../cli/dist/main.js", import.meta.url));
const { path } = temporaryFolder();

beforeAll(async () => {
  const model = sequential([
    layers.input({ shape: [28, 28, 1] }),
    layers.flatten(),
    layers.dense({ units: 10, activation: "softmax" }),
  ]);
  await model.save(path("model.keras"));
});

/** As a service manager, a container or a global install starts it: nothing tells it of npm. */
const direct: NodeJS.ProcessEnv = { ...process.env };
delete direct.npm_command;
const underNpm: NodeJS.ProcessEnv = { ...process.env, npm_command: "exec" };

interface Served {
  readonly child: ChildProcess;
  readonly port: number;
  readonly ended: Promise<number | null>;
}

async function serve(env: NodeJS.ProcessEnv, before: readonly string[] = []): Promise<Served> {
  const [file = "", ...args] = [...before, process.execPath, program, "serve", path("model.keras")];
  const child = spawn(file, [...args, "--port", "0", "--threads", "1"], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on("data", (data) => {
      stdout += data;
      const listening = /^Listening on http:\/\/\S+:(\d+)$/m.exec(stdout)?.[1];
      if (listening !== undefined) resolve(Number(listening));
    });
    void ended.then(() => reject(new Error(stderr)));
  });
  return { child, port, ended };
}

const body = JSON.stringify({ images: [Array.from({ length: 28 }, () => new Array(28).fill(9))] });
const head =
  `POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
  `Content-Length: ${body.length}\r\n\r\n`;

/** Sends half a request, then what `signal` does, then the rest once the server has heard of it. @returns the answer */
async function underWay({ port, child }: Served, signal: () => void | Promise<void>): Promise<string> {
  let finish: () => void = () => {};
  const answer = exchange(port, head + body.slice(0, 50), (socket) => {
    finish = () => void socket.write(body.slice(50));
  });
  await (await fetch(`http://127.0.0.1:${port}/health`)).text();
  const heard = new Promise((resolve) => child.stdout?.once("data", resolve));
  await signal();
  // A hang-up leaves nobody to tell.
  await Promise.race([heard, sleep(500), answer.catch(() => {})]);
  finish();
  return await answer;
}

describe("the first signal to trazo serve", () => {
  it.each([
    ["SIGTERM", "run directly", direct],
    ["SIGINT", "run directly", direct],
    ["SIGHUP", "run directly", direct],
    ["SIGTERM", "under npm", underNpm],
    ["SIGINT", "under npm", underNpm],
  ] as const)("%s, %s: requests under way are answered, and it ends with 0", async (signal, _how, env) => {
    const served = await serve(env);
    expect(await underWay(served, () => void served.child.kill(signal))).toMatch(/^HTTP\/1.1 200 /);
    expect(await served.ended).toBe(0);
  });

  const isolate = ["unshare", "--user", "--map-root-user", "--fork", "--pid", "--kill-child"];
  const refused = spawnSync(isolate[0] as string, [...isolate.slice(1), "true"]);
  const why = refused.error?.message ?? refused.stderr?.toString().trim() ?? "";

  it(`SIGTERM to process 1 of a container does the same`, async ({ skip }) => {
    if (refused.status !== 0) skip(`no PID namespace can be made here: ${why}`);
    const served = await serve(direct, isolate);
    const { pid } = served.child;
    const inside = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"));
    expect(readFileSync(`/proc/${inside}/status`, "utf8")).toMatch(/^NSpid:\s+\d+\s+1$/m);
    expect(await underWay(served, () => void process.kill(inside, "SIGTERM"))).toMatch(/^HTTP\/1.1 200 /);
    expect(await served.ended).toBe(0);
  });
});

describe("the second signal to trazo serve", () => {
  it("stops at once", async () => {
    const served = await serve(direct);
    const answer = exchange(served.port, head).catch(() => "");
    await (await fetch(`http://127.0.0.1:${served.port}/health`)).text();
    const heard = new Promise((resolve) => served.child.stdout?.once("data", resolve));
    served.child.kill("SIGTERM");
    await heard;
    served.child.kill("SIGTERM");
    expect(await served.ended).toBe(143);
    expect(await answer).toBe("");
  });

  it("under npm is the same one when it follows at once, because npm passes on what the terminal has sent", async () => {
    const served = await serve(underNpm);
    // While the request is under way: a process that has nothing more to do may end by any further signal.
    const answer = await underWay(served, async () => {
      served.child.kill("SIGINT");
      await sleep(20);
      served.child.kill("SIGINT");
    });
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(await served.ended).toBe(0);
  });
});
