/** What a worker tells the processes that make its runs: where they make them. */
export interface WorkerPlace {
  /** The folder of all runs, absolute. */
  readonly runs: string;
  /** A folder or `s3://…` through which runs and data sets travel. Absent: `runs` is shared by all machines. */
  readonly store?: string | undefined;
  readonly saveEvery?: number | undefined;
  /** Seconds after which a run that is being trained is sent to the store again. */
  readonly storeEverySeconds: number;
  /** How long a run waits whose folder a living process still holds, in milliseconds. */
  readonly patienceMs: number;
}

const variable = "TRAZO_WORKER_PLACE";

export const placeInEnvironment = (place: WorkerPlace): Record<string, string> => ({
  [variable]: JSON.stringify(place),
});

export function placeFromEnvironment(): WorkerPlace {
  const text = process.env[variable];
  if (text === undefined)
    throw new Error(`${variable} is not set: this file is for the processes of a worker.`);
  return JSON.parse(text) as WorkerPlace;
}
