// A worker in a process of its own, of the built packages, which open much faster than the sources: its options come as JSON, and what it
// does goes to the standard output, a line each.
import { startWorker } from "@trazo/queue";

const print = (line) => void process.stdout.write(`${JSON.stringify(line)}\n`);
const worker = await startWorker({ ...JSON.parse(process.argv[2]), onEvent: print });
print({ type: "ready", metricsPort: worker.metricsPort });
process.once("SIGTERM", () => worker.close());
