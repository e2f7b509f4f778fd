import { fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

const processor = fileURLToPath(new URL("../dist/queue/run-processor.js", import.meta.url));
const bullmq = createRequire(import.meta.url).resolve("bullmq");
const env = { ...process.env, TRAZO_WORKER_PLACE: JSON.stringify({ runs: "runs" }) };
const module = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

describe("a process that makes a worker's runs does not outlive it", () => {
  it("when it is killed while the process starts", async () => {
    // Something else keeps it alive, as what it was sent would.
    const execArgv = ["--import", module("setInterval(() => {}, 1000)")];
    const child = fork(processor, { env, execArgv, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let stderr = "";
    child.stderr?.on("data", (text) => {
      stderr += text;
    });
    child.disconnect();
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(1);
    expect(stderr).toBe("");
  });

  it("when it dies just as the process tells it something", async () => {
    // Once the process is ready, the channel is broken, but its end is not yet heard of.
    const breaks = `const send = process.send.bind(process); let isReady = false;
      process.send = (message, told) => {
        if (isReady) queueMicrotask(() => told(new Error("write EPIPE")));
        else send(message, told);
        isReady = true;
      };`;
    const main = join(bullmq, "..", "classes", "main.js");
    const execArgv = ["--import", module(breaks)];
    const child = fork(main, { env, execArgv, stdio: ["ignore", "ignore", "ignore", "ipc"] });
    // As a worker does: which file makes the runs and, when it is loaded, a run, which here cannot be made.
    child.send({ cmd: 0, value: pathToFileURL(processor).href });
    await once(child, "message");
    child.send({ cmd: 1, job: { id: "run-1", name: "run", data: "{}", opts: {} }, token: "t" });
    const tooLong = setTimeout(() => child.kill("SIGKILL"), 15_000);
    const [code] = await once(child, "exit");
    clearTimeout(tooLong);
    expect(code).toBe(1);
  }, 30_000);
});
