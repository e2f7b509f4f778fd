import type { Queue } from "bullmq";
import type { RunPayload, SentResult } from "./run-payload.js";

/** A run's job. The state is read first: a job that is read before it ends has no result yet. */
export async function findJob(queue: Queue<RunPayload, SentResult>, id: string) {
  const state = await queue.getJobState(id);
  return { state, found: await queue.getJob(id) };
}
