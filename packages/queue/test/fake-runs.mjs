// Makes "runs" that only wait, a step each 20 ms, with their steps on the disk as real ones have: for tests of what a queue does with them.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { WaitingError } from "bullmq";
import { endWithWorker } from "../dist/queue/end-with-worker.js";

endWithWorker();
const { runs } = JSON.parse(process.env.TRAZO_WORKER_PLACE);

export default async function makeRun(job, token, signal) {
  const { request } = job.data;
  const { steps, fails, crashes, refuses } = request.configuration;
  const digest = job.id.replace("run-", "");
  const folder = join(runs, digest);
  mkdirSync(folder, { recursive: true });
  const state = join(folder, "state");
  let done = existsSync(state) ? Number(readFileSync(state, "utf8")) : 0;
  appendFileSync(join(runs, "log.txt"), `${digest} from ${done}\n`);
  await job.updateProgress({ type: "began", digest, worker: `process ${process.pid}`, epochsDone: done });
  if (crashes > job.attemptsMade) process.exit(3);
  if (refuses && !job.data.retryFailed) {
    return { ...result(digest, request, 0), status: "failed", reason: refuses, epochs: [], test: undefined };
  }
  if (fails) throw new Error("it cannot be made");
  for (; done < steps; done++) {
    if (signal.aborted) {
      if (signal.reason === "interrupted") return { ...result(digest, request, done), status: "interrupted" };
      await job.moveToWait(token);
      throw new WaitingError();
    }
    await sleep(20);
    writeFileSync(state, `${done + 1}`);
  }
  writeFileSync(join(folder, "best_model.h5"), digest);
  return result(digest, request, done);
}

const result = (digest, { seed }, done) => ({
  digest,
  seed,
  status: "finished",
  epochs: [{ epoch: 1, metrics: { loss: done } }],
  monitor: "val_accuracy",
  best: { epoch: 1, value: seed },
  test: { loss: 1, accuracy: seed },
  times: { began: new Date().toISOString(), epochSeconds: [1] },
  model: "best_model.h5",
});
