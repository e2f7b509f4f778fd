import {
  type DataConfiguration,
  type RunJob,
  type RunRequest,
  type RunResult,
  requestDigest,
} from "@trazo/sweep";

/** What the queue holds of a run that is to be made. Plain JSON. */
export interface RunPayload {
  readonly format: 1;
  readonly request: RunRequest;
  /** Train up to this epoch and pause. Absent: to the end, and test. */
  readonly until?: number | undefined;
  /** The store through which runs and data sets travel. Absent: every worker makes its runs in the same shared folder. */
  readonly store?: string | undefined;
  /** The run's folder below the shared one, with slashes. Absent: named by the request's digest. */
  readonly folder?: string | undefined;
  /** Also show the best model distorted test digits. */
  readonly distortsDigits?: boolean | undefined;
  /** Make the run again when it failed before. */
  readonly retryFailed?: boolean | undefined;
  /** Whether the images were put where the workers find them by their digest. */
  readonly dataKept: boolean;
}

/**
 * @param store the store through which runs and data sets travel
 * @param folder the run's folder below the shared one, where it is not named by the request's digest
 */
export const runPayload = (
  { request, until, distortsDigits, retryFailed }: RunJob,
  store: string | undefined,
  folder?: string,
): RunPayload => ({
  distortsDigits,
  retryFailed,
  format: 1,
  folder,
  request,
  until,
  store,
  dataKept: travels(request.configuration.data),
});

/** Every worker has MNIST from its package; other images are sent. */
export const travels = ({ source }: DataConfiguration): boolean => source !== "mnist";

/** What a worker tells of a run: its result without the paths of its own machine, and the best model's path below the run's folder. */
export type SentResult = Omit<RunResult, "folder" | "model"> & { readonly model?: string | undefined };

/** Whether a sweep that was stopped had a run stopped, which waits until it is asked for again. */
export const isStopped = (result: unknown): boolean =>
  (result as Partial<SentResult> | undefined)?.status === "interrupted";

/** Before a digest, which may consist of decimal digits alone: BullMQ takes no numbers for names. */
const runPrefix = "run-";

/** A run has one job in the queue, however often it is asked for, and one for each pause before. */
export const jobIdOf = ({ request, until }: RunJob): string =>
  `${runPrefix}${requestDigest(request)}${until === undefined ? "" : `-${until}`}`;

/** The run of a job, as people are told of it: its digest, and the epoch that it pauses after. */
export const runOf = (jobId: string | undefined): string => (jobId ?? "").replace(runPrefix, "");

/** As dashboards of the queue show it. */
export const jobName = ({ request }: RunJob): string => {
  const { technique } = request.configuration;
  return `${typeof technique === "string" ? technique : "run"}, seed ${request.seed}`;
};

/** The name of a run's folder, and of a data set's, in a store. */
export const keptRun = (request: RunRequest): string => `runs/${requestDigest(request)}`;
export const keptData = (dataDigest: string): string => `data/${dataDigest}`;

/** How far a run has come, so that the store keeps what came furthest. */
export const progressOf = ({ status, epochs }: Pick<RunResult, "status" | "epochs">): number =>
  status === "finished" ? Number.MAX_SAFE_INTEGER : epochs.length;

/** Why a worker stops a run before its end. */
export type StopReason =
  /** The worker shuts down: another one resumes the run. */
  | "shutdown"
  /** The sweep was stopped: the run waits until it is asked for again. */
  | "interrupted";
