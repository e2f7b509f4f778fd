import type { ContenderSource } from "./contender.js";

/**
 * Trazo's own contenders, run in this process. Each entry's `start` compiles the base model, loads MNIST and resolves to
 * `{ status: "ready", contender }`, whose `steps(n)` times `n` training steps: gathering the batch, gradients and Adam.
 */
export const own: readonly ContenderSource[] = [];
