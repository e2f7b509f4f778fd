// A worker in a process of its own: its options come as JSON, and what it does goes to the standard output, a line each.
import { startWorker, type WorkerOptions } from "@trazo/queue";

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const options = JSON.parse(process.argv[2] as string) as WorkerOptions;
const worker = await startWorker({ ...options, onEvent: print });
print({ type: "ready", metricsPort: worker.metricsPort });
process.once("SIGTERM", () => worker.close());
