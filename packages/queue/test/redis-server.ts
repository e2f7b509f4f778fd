import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.js";

/** Redis or Valkey: what is on the path, or in the variable TRAZO_TEST_REDIS. */
export const redisProgram: string | undefined = [
  process.env.TRAZO_TEST_REDIS,
  "redis-server",
  "valkey-server",
].find((program) => program && spawnSync(program, ["--version"]).status === 0);

export interface RedisServer {
  readonly url: string;
  /** Ends at once, as in a power cut, and starts again from what is on the disk. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of its own on a free port, with its append-only file in a folder. */
export async function startRedis(folder: string, { appends = true } = {}): Promise<RedisServer> {
  if (!redisProgram) throw new Error("redis-server is not installed");
  const program = redisProgram;
  const port = await freePort();
  let server = await start();

  async function start(): Promise<ChildProcess> {
    const settings = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
    const appending = appends ? ["--appendonly", "yes", "--appendfsync", "everysec"] : [];
    const started = spawn(program, [...settings, ...appending], { stdio: "ignore" });
    for (let attempt = 0; !(await accepts(port)); attempt++) {
      if (attempt === 200) throw new Error("redis-server did not start within 20 seconds");
      await sleep(100);
    }
    return started;
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, "exit");
    server.kill(signal);
    await exit;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart() {
      await end("SIGKILL");
      server = await start();
    },
    stop: () => end("SIGKILL"),
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const finish = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", finish(true)).once("error", finish(false));
  });
}
