import type { JobsOptions } from "bullmq";

const week = 7 * 24 * 3600;
/** About 6 KB each. */
const mostKept = 100_000;

/**
 * A run whose process dies or whose machine cannot make it is tried again, after longer and longer pauses. Results stay for a week, so that
 * a sweep that was stopped finds them.
 */
export const runJobOptions = (jobId: string): JobsOptions => ({
  jobId,
  attempts: 5,
  backoff: { type: "exponential", delay: 1000 },
  removeOnComplete: { age: week, count: mostKept },
  removeOnFail: { age: week, count: mostKept },
});

/** How often a run may lose its worker before it counts as one that kills workers. */
export const mostStalls = 25;
