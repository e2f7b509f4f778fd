// Many workers in one process, whose runs last ten minutes and only wait. For thousand.ts.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startWorker } from "@trazo/queue";
import { requestDigest } from "@trazo/sweep";

const [queue = "", runs = "", count = "1"] = process.argv.slice(2);
const [epochs, epochMs] = [20, 30_000];
/** As many runs begin somewhere in their middle as there are places for them. */
let young = 2 * Number(count);

for (let started = 0; started < Number(count); started++) {
  await startWorker({
    queue,
    runs,
    concurrency: 2,
    async processor(job) {
      const digest = requestDigest(job.data.request);
      const { seed } = job.data.request;
      const done = young-- > 0 ? Math.random() * epochs : 0;
      mkdirSync(join(runs, digest), { recursive: true });
      await job.updateProgress({
        type: "began",
        digest,
        worker: `process ${process.pid}`,
        epochsDone: Math.floor(done),
      });
      await sleep(epochMs * (Math.ceil(done) - done));
      for (let epoch = Math.ceil(done) + 1; epoch <= epochs; epoch++) {
        await sleep(epochMs);
        const metrics = { loss: 1 / epoch, accuracy: 0.9, val_loss: 1 / epoch, val_accuracy: 0.9 };
        await job.updateProgress({ type: "epoch", digest, epoch: { epoch, metrics } });
      }
      return {
        digest,
        seed,
        status: "finished",
        epochs: Array.from({ length: epochs }, (_, i) => ({
          epoch: i + 1,
          metrics: {
            loss: 0.123456789,
            accuracy: 0.987654321,
            val_loss: 0.123456789,
            val_accuracy: 0.987654321,
          },
        })),
        monitor: "val_accuracy",
        test: { loss: 0.1, accuracy: 0.9 },
        times: { began: new Date().toISOString(), epochSeconds: Array(epochs).fill(30) },
      };
    },
  });
}
process.send?.("there");
