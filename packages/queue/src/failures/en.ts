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

  sharedFolderOnly: (store: string | undefined) =>
    `The sweep's runs are made in a folder that all machines share, but this worker was started with --store ${store}.`,
  otherStore: (wanted: string, own: string | undefined) =>
    `The sweep's runs travel through ${wanted}, but this worker ${own === undefined ? "has no store" : `uses ${own}`}. Start it with --store ${wanted}.`,
  noMetrics: (place: string, why: string) => `Metrics cannot be served at ${place}: ${why}.`,
  portIsTaken: "something else listens there",
  outsideRuns: (folder: string, runs: string) =>
    `${folder} is not inside of ${runs}, the folder that all machines share.`,
  filesNotInStore: (store: string, digest: string) =>
    `${store} does not hold the files ${digest}. Start the sweep again: it puts them there.`,
  filesNotShared: (folder: string, runs: string) =>
    `${folder} is missing: the sweep puts its files there. Is ${runs} the same shared folder on every machine?`,

  noStoreAddress: (text: string, form: string) =>
    `${text} is not the address of a store. It must look like ${form}.`,
  keyInAddress:
    "The address of a store must not hold a key. Put it into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  unknownStoreOption: (text: string, names: string) =>
    `${text}: unknown option ${names}. Known: endpoint, region.`,
  noEndpoint: (endpoint: string) => `The endpoint ${endpoint} of the store is not an http or https address.`,
  needsS3Package:
    "A store in S3 needs the package @aws-sdk/client-s3. Install it: npm install @aws-sdk/client-s3",
  noBucket: (bucket: string) => `there is no bucket ${bucket}`,
  noKeys: "no keys were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure ~/.aws",
  accessDenied: (name: string) =>
    `access is denied (${name}). Check the keys and what they are allowed to do`,
  storeNotReached: (place: string, code: string) => `${place} cannot be reached (${code})`,
  cannotRead: (path: string, why: string) => `Cannot read ${path}: ${why}.`,
  cannotRemove: (path: string, why: string) => `Cannot remove ${path}: ${why}.`,
  damaged: (what: string, why: string) => `${what} is damaged: ${why}.`,
  noJson: "it is not JSON",
  noListing: "it is not a list of a folder's files",
  pathOutside: (path: string) => `${path} is not a path inside the folder`,
  sizeMissing: (path: string) => `size and SHA-256 of ${path} are missing`,
  otherContent: (sha256: string) => `its SHA-256 is not ${sha256}`,
  fileMissing: (file: string, key: string) => `${file} is missing (${key}).`,
  fileOf: (store: string, path: string, name: string) => `${store}: ${path} of ${name}`,
};

/** A language of these failures: the same keys as in English. */
export type QueueText = typeof en;
