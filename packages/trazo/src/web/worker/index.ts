/**
 * The worker of `trainInWorker`: `new Worker(new URL("trazo/worker", import.meta.url), { type: "module" })`, or a worker file of your
 * own that imports it.
 *
 * @packageDocumentation
 */

import { serveTraining } from "./serve-training.js";

serveTraining();
