import { hostname } from "node:os";
import type { RunningWorker, WorkerEvent } from "@trazo/queue";
import { reasonIn } from "@trazo/sweep";
import { leave } from "./leave.js";
import { needsQueue } from "./needs-queue.js";
import { requireWritable } from "./require-writable.js";
import type { Speech } from "./speech.js";
import { firstStopSignal, type StopSignal } from "./stop-signals.js";

export interface WorkerFlags {
  readonly queue: string;
  readonly name: string;
  readonly runs: string;
  readonly store?: string;
  readonly atOnce?: number;
  readonly saveEvery?: number;
  readonly storeEvery: number;
  readonly heartbeat: number;
  readonly metricsPort?: number;
  readonly metricsHost: string;
}

/** Makes runs of a queue until SIGINT, SIGTERM or SIGHUP: then it gives back what it has not finished. */
export async function runWorker(flags: WorkerFlags, speech: Speech): Promise<void> {
  const { text } = speech;
  const { startWorker } = await needsQueue(text);
  await requireWritable(flags.runs, text, "--runs");
  const signal = firstStopSignal();
  const starting: Promise<RunningWorker> = startWorker({
    queue: flags.queue,
    name: flags.name,
    runs: flags.runs,
    store: flags.store,
    concurrency: flags.atOnce,
    saveEvery: flags.saveEvery,
    storeEverySeconds: flags.storeEvery,
    heartbeatSeconds: flags.heartbeat,
    metrics:
      flags.metricsPort === undefined ? undefined : { host: flags.metricsHost, port: flags.metricsPort },
    onEvent: (event) => {
      const line = lineOf(event, speech);
      if (line !== undefined) print(line);
    },
  });
  const early = await Promise.race([starting.then(() => undefined), signal]);
  if (early !== undefined) {
    sayUnlessGone(early, text.worker.stoppedEarly(early));
    return leave();
  }
  const worker = await starting;
  print(text.worker.ready(hostname(), process.pid));
  if (worker.metricsPort !== undefined) {
    print(text.worker.metrics(`http://${flags.metricsHost}:${worker.metricsPort}/metrics`));
  }
  const name = await signal;
  sayUnlessGone(name, text.worker.stopping(name));
  await worker.close();
  leave();
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** After a hang-up the terminal is gone, and to write to it would fail. */
function sayUnlessGone(signal: StopSignal, line: string): void {
  if (signal !== "SIGHUP") print(line);
}

/** What is printed of an event; epochs are for those who wait for the sweep. */
function lineOf(event: WorkerEvent, { text: { worker }, language }: Speech): string | undefined {
  switch (event.type) {
    case "took":
      return worker.took(event.run, event.name);
    case "done":
      return worker.done({
        run: event.run,
        status: event.result.status,
        seconds: event.seconds.toFixed(1),
        test: Object.entries(event.result.test ?? {})
          .map(([metric, value]) => ` ${metric}=${value.toFixed(4)}`)
          .join(""),
      });
    case "failed":
      return worker.failed(event.run, reasonIn(event, language), event.isLast);
    case "stalled":
      return worker.stalled(event.run);
    case "summary":
      return worker.summary(event.summary);
    case "disconnected":
      return worker.disconnected(reasonIn(event, language));
    case "connected":
      return worker.connected;
    default:
      return undefined;
  }
}
