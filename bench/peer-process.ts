import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Contender, Started, Usage } from "./contender.js";

export interface PeerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Time to import libraries and load the data. Default 120,000 ms. */
  readonly readyTimeoutMs?: number;
  /** Time for one call of `steps`, of which the first may compile. Default 300,000 ms. */
  readonly stepsTimeoutMs?: number;
}

interface ReadyMessage {
  readonly name: string;
  readonly version: string;
  readonly threads: number;
}

/** Starts a peer and waits for its first line. Never rejects: what went wrong is in the result. */
export async function startPeer(peer: PeerCommand): Promise<Started> {
  const child = spawn(peer.command, peer.args, {
    env: { ...process.env, ...peer.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const lines = new LineExchange(child);
  try {
    const { name, version, threads } = parseReady(await lines.next(peer.readyTimeoutMs ?? 120_000));
    const stepsTimeoutMs = peer.stepsTimeoutMs ?? 300_000;
    const usage: Usage[] = [];
    const contender: Contender = {
      name,
      version,
      threads,
      usage,
      async steps(n) {
        lines.send({ cmd: "steps", n });
        const answer = parseAnswer(await lines.next(stepsTimeoutMs), n);
        if (answer.usage) usage.push(answer.usage);
        return answer.durations;
      },
      close: () => lines.close(),
    };
    return { status: "ready", contender };
  } catch (error) {
    await lines.close();
    const reason = (error as Error).message;
    return { status: isMissing(reason) ? "not installed" : "failed", name: peer.name, reason };
  }
}

/** The program itself is missing, or a library that it imports. */
function isMissing(reason: string): boolean {
  return /ENOENT|ModuleNotFoundError|ERR_MODULE_NOT_FOUND/.test(reason);
}

function parseReady(line: string): ReadyMessage {
  const message = parseObject(line);
  const { ready, name, version, threads } = message;
  if (
    ready !== true ||
    typeof name !== "string" ||
    typeof version !== "string" ||
    typeof threads !== "number"
  ) {
    throw new Error(`its first line is not {"ready":true,"name","version","threads"}: ${line}`);
  }
  return { name, version, threads };
}

function parseAnswer(line: string, n: number): { durations: number[]; usage: Usage | undefined } {
  const { ms, cpuMs, peakMiB, error } = parseObject(line);
  if (typeof error === "string") throw new Error(error);
  if (!Array.isArray(ms) || ms.length !== n || !ms.every((value) => typeof value === "number" && value > 0)) {
    throw new Error(`its answer is not {"ms":[${n} durations]}: ${line.slice(0, 200)}`);
  }
  const usage = typeof cpuMs === "number" && typeof peakMiB === "number" ? { cpuMs, peakMiB } : undefined;
  return { durations: ms as number[], usage };
}

function parseObject(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through to the same message as JSON that is not an object.
  }
  throw new Error(`it printed a line that is no JSON object: ${line.slice(0, 200)}`);
}

/** One line out, one line back, with a time-out; knows why the child ended. */
class LineExchange {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  readonly #arrived: string[] = [];
  #errorOutput = "";
  #end: string | undefined;
  #wake: () => void = () => {};

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.#arrived.push(line);
      this.#wake();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errorOutput = (this.#errorOutput + text).slice(-4000);
    });
    // A child that has gone makes writing fail too; its end is reported by `next`.
    child.stdin.on("error", () => {});
    this.#ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#end ??= reason;
        this.#wake();
        resolve();
      };
      child.on("error", (error) => end(error.message));
      child.on("close", (code, signal) => end(`it ended with ${signal ?? `exit code ${code}`}`));
    });
  }

  send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async next(timeoutMs: number): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const line = this.#arrived.shift();
      if (line !== undefined) return line;
      if (this.#end !== undefined) throw new Error(`${this.#end}${this.#lastWords()}`);
      if (Date.now() >= deadline) throw new Error(`no answer within ${timeoutMs} ms`);
      await this.#wakeOrWait(deadline - Date.now());
    }
  }

  /** Ends its input, which asks the child to stop, and stops it after 5 s if it does not. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.#ended;
    clearTimeout(timer);
  }

  #wakeOrWait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The line of the error output that says most: a Python or Node error, else the last one. */
  #lastWords(): string {
    const lines = this.#errorOutput.split("\n").filter((line) => line.trim() !== "");
    const telling = lines.findLast((line) => /Error/.test(line)) ?? lines.at(-1);
    return telling ? `: ${telling.trim()}` : "";
  }
}
