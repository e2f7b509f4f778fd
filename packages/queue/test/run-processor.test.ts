import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const processor = fileURLToPath(new URL("../src/queue/run-processor.ts", import.meta.url));

it("a process of a worker that is killed while it starts does not outlive it", async () => {
  const env = { ...process.env, TRAZO_WORKER_PLACE: JSON.stringify({ runs: "runs" }) };
  // Something else keeps it alive, as what it was sent would.
  const waits = "data:text/javascript,setInterval(() => {}, 1000)";
  const execArgv = ["--import", "tsx", "--import", waits];
  const child = fork(processor, { env, execArgv, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let stderr = "";
  child.stderr?.on("data", (text) => {
    stderr += text;
  });
  child.disconnect();
  expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(1);
  expect(stderr).toBe("");
});
