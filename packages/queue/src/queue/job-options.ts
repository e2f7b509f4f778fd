import type { RunJob } from "@trazo/sweep";
import type { JobsOptions } from "bullmq";
import { jobIdOf } from "./run-payload.js";

const week = 7 * 24 * 3600;
/** About 6 KB each. */
const mostKept = 100_000;

/** What fails is tried again, after longer and longer pauses; what came of it stays for a week, so that a sweep that was stopped finds it. */
const usual: JobsOptions = {
  attempts: 5,
  backoff: { type: "exponential", delay: 1000 },
  removeOnComplete: { age: week, count: mostKept },
  removeOnFail: { age: week, count: mostKept },
};

/** Of a run, whose failure does not keep its sweep from being summarized. */
export const runJobOptions = (job: RunJob): JobsOptions => ({
  ...usual,
  jobId: jobIdOf(job),
  ignoreDependencyOnFailure: true,
  ...(job.first && { lifo: true }),
});

/** Of the summary of a sweep, which is made when its runs are done. */
export const summaryJobOptions = (jobId: string): JobsOptions => ({ ...usual, jobId });

/** How often a run may lose its worker before it counts as one that kills workers. */
export const mostStalls = 25;
