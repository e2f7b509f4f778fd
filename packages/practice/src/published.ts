import type { PublishedPoint } from "./technique-report.js";
import { techniques } from "./techniques/index.js";

/** What the notebook of the practice published of a technique; nothing of those it has not. */
export const publishedOf = (technique: string): readonly PublishedPoint[] =>
  techniques.find(({ name }) => name === technique)?.report.published ?? [];

/** What the notebook trains on: MNIST, in the order of its files (`PracticeData.digest`). */
export const notebookData = "d4497155c280fb57";

/** The notebook's batch size. */
export const notebookBatchSize = 128;

/** The test accuracy that the notebook's exercise asks for: more than this, and more than the `mlp` reaches. */
export const exerciseTarget = 0.99;

/**
 * The best validation accuracy the notebook had published by an epoch: its last point at or before it. Undefined for a
 * technique it has not, and before its first point.
 */
export const publishedBy = (technique: string, epoch: number): PublishedPoint | undefined =>
  publishedOf(technique).findLast((point) => point.epoch <= epoch);
