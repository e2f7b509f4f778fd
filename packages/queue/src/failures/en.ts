/** Why a queue cannot be used, in English. Other languages have the same keys (`QueueText`). */
export const en = {
  isNoAddress: (text: string) =>
    `${text} is not the address of a queue. It must look like redis://localhost:6379 or rediss://user:password@host:6379/0.`,
  doesNotAnswer: (address: string, why: string) => `The queue at ${address} does not answer: ${why}.`,
  takesNoRuns: (address: string, why: string) => `The queue at ${address} takes no runs: ${why}.`,
  memoryIsFull: "its memory is full (maxmemory)",
  isReadOnly: "it is read-only, a replica of another server",
  diskIsFull: "it cannot write to its disk",
  replicasAreMissing: "too few of its replicas are connected",
  isLoading: "it is still reading its data from the disk",
  leaderIsMissing: "it is a replica and cannot reach its primary server",
  clusterIsDown: "its cluster is down",
  endedConnection: "its server ended the connection",
  nothingListens: "nothing listens there; start Redis or Valkey",
  noSuchHost: "there is no such host",
  noAnswer: "no answer within 5 seconds",
  wrongPassword: "the password is missing or wrong",
  workerDied: "its worker has died",
};

/** A language of these failures: the same keys as in English. */
export type QueueText = typeof en;
