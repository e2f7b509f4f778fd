import { version } from "trazo";

/** Before all keys in the server. */
export const keyPrefix = "trazo";

/** What a queue of runs is called when nothing else is said. */
export const defaultQueueName = "runs";

/**
 * The queue of this version's runs. Workers of another version would train other code, so they have a queue of their own and never see
 * these runs.
 */
export const queueOfThisVersion = (name: string): string => `${name}-${version}`;

/** The queue of the summaries that are made when all seeds of a setting are done. */
export const summariesOf = (name: string): string => `${name}-summaries`;

/** The channel on which a sweep that ends early names the runs that its workers may stop. */
export const interruptChannel = (name: string): string => `${keyPrefix}:${name}:interrupt`;

/** A worker's name in the server, which also says how many runs it makes at a time. The server allows no spaces in it. */
export const workerName = (host: string, pid: number, concurrency: number): string =>
  `${host.replace(/[^\w.-]/g, "_")}:${pid}:x${concurrency}`;

/** How many runs the worker of this name makes at a time. */
export const concurrencyIn = (name: string): number => Number(/:x(\d+)$/.exec(name)?.[1] ?? 1);
