/**
 * The runs of a sweep on many machines.
 *
 * @packageDocumentation
 */

export { parseQueueAddress, type QueueAddress, requireQueue } from "./queue/queue-address.js";
export { QueuePool, type QueuePoolOptions } from "./queue/queue-pool.js";
export type { SweepDone } from "./queue/summarize-sweep-job.js";
export type { AnnouncedSweep } from "./queue/sweep-payload.js";
export { type RunningWorker, startWorker, type WorkerEvent, type WorkerOptions } from "./queue/worker.js";
export { type FolderListing, type ListedFile, parseListing } from "./store/folder-listing.js";
export { FolderObjects } from "./store/folder-objects.js";
export { FolderStore, type PutOptions } from "./store/folder-store.js";
export type { ObjectStore } from "./store/object-store.js";
export { openObjects } from "./store/open-objects.js";
export { isS3Address, parseS3Address, type S3Address } from "./store/s3-address.js";
export { S3Objects } from "./store/s3-objects.js";
