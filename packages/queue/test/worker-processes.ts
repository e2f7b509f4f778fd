import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { WorkerEvent, WorkerOptions } from "@trazo/queue";

export type WorkerLine = WorkerEvent | { readonly type: "ready"; readonly metricsPort?: number };

export interface WorkerProcess {
  readonly process: ChildProcess;
  /** What it has told so far. */
  readonly lines: WorkerLine[];
  /** Waits for a line. */
  saw(test: (line: WorkerLine) => boolean): Promise<WorkerLine>;
  /** Ends it, and waits for its end. @returns its exit code */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const program = fileURLToPath(new URL("./worker-process.mjs", import.meta.url));

/**
 * Starts a worker of the built packages, and waits until it takes runs.
 *
 * @param hooks modules that are loaded before
 */
export async function startWorkerProcess(
  options: Omit<WorkerOptions, "onEvent" | "processor"> & { readonly processor?: string },
  hooks: readonly string[] = [],
): Promise<WorkerProcess> {
  const imports = hooks.flatMap((module) => ["--import", module]);
  const child = spawn(process.execPath, [...imports, program, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: WorkerLine[] = [];
  const watchers = new Set<() => void>();
  const notify = (): void => {
    for (const watcher of watchers) watcher();
  };
  createInterface({ input: child.stdout }).on("line", (text) => {
    if (text.startsWith("{")) lines.push(JSON.parse(text) as WorkerLine);
    notify();
  });
  child.on("exit", notify);
  const worker: WorkerProcess = {
    process: child,
    lines,
    saw: (test) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(test);
          if (!found && child.exitCode === null && child.signalCode === null) return;
          watchers.delete(look);
          if (found) resolve(found);
          else reject(new Error(`the worker ended (${child.exitCode ?? child.signalCode})`));
        };
        watchers.add(look);
        look();
      }),
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, "exit");
        child.kill(signal);
        await exit;
      }
      return child.exitCode;
    },
  };
  await worker.saw(({ type }) => type === "ready");
  return worker;
}
