/** Why the engine does not do what it was asked, as data: each page says it in its own language. */
export type Refusal =
  | { readonly kind: "noRun"; readonly run: number }
  /** The run is there, but nothing that could read: it has not begun to train. */
  | { readonly kind: "noNetworkYet"; readonly run: number }
  /** Only the networks of the last `kept` runs stay. */
  | { readonly kind: "networkGone"; readonly run: number; readonly kept: number }
  | { readonly kind: "noMoment"; readonly run: number; readonly step: number }
  /** A run that normalizes was to go on from one that does not, or the other way round. */
  | { readonly kind: "otherLayers" }
  | { readonly kind: "noDigit"; readonly index: number; readonly count: number }
  | { readonly kind: "noPictureNetwork" }
  | { readonly kind: "otherPictures"; readonly side: number; readonly channels: number }
  /** The digits to train on could not be fetched. */
  | { readonly kind: "noDigits" }
  /** A part of the page's program could not be fetched. */
  | { readonly kind: "notLoaded" }
  /** The engine has died, and another takes its place. */
  | { readonly kind: "restarted" }
  /** It has died too often. */
  | { readonly kind: "dead" }
  /** The same of the one in the page, whose program may not even be there. */
  | { readonly kind: "pageDead" }
  /** The studio's own fault; its terminal says more. */
  | { readonly kind: "broken" }
  /** Others listen, as many as there is room for. */
  | { readonly kind: "tooManyPages"; readonly most: number }
  /** No answer came. */
  | { readonly kind: "unreachable" }
  | Unforeseen;

/** Why a training could not be finished. */
export type Failure =
  /** No room where runs are kept, or no leave to write there. */
  | { readonly kind: "full" }
  | { readonly kind: "readOnly" }
  /** Somebody has removed the folder of the run meanwhile. */
  | { readonly kind: "folderGone" }
  | { readonly kind: "memory" }
  | Unforeseen;

/** What nobody has foreseen, in the words of whatever noticed it. */
interface Unforeseen {
  readonly kind: "other";
  readonly message: string;
}

/** What the engine throws where it knows why it refuses. */
export class Refused extends Error {
  override name = "Refused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(JSON.stringify(refusal), options);
    this.refusal = refusal;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const refusalOf = (error: unknown): Refusal =>
  error instanceof Refused ? error.refusal : { kind: "other", message: messageOf(error) };

/** What systems call it when there is no room, or no leave to write. */
const codes: Readonly<Record<string, Exclude<Failure["kind"], "other">>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  QuotaExceededError: "full",
  EACCES: "readOnly",
  EPERM: "readOnly",
  EROFS: "readOnly",
  // A file is where the folder should be.
  ENOTDIR: "readOnly",
  EEXIST: "readOnly",
  ENOENT: "folderGone",
  ENOMEM: "memory",
};

const isMemory = ({ name, message }: Error): boolean =>
  name === "RangeError" && /memory|allocation/i.test(message);

/** Why a training has failed, by what was thrown or whatever had caused that. */
export function failureOf(error: unknown): Failure {
  for (let one = error; one instanceof Error; one = one.cause) {
    const kind = codes["code" in one ? String(one.code) : one.name];
    if (kind) return { kind };
    if (isMemory(one)) return { kind: "memory" };
  }
  return { kind: "other", message: messageOf(error) };
}
