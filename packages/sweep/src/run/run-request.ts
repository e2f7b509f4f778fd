import { createHash } from "node:crypto";
import { join } from "node:path";
import { type JsonObject, version } from "trazo";
import { identityOf, type RunConfiguration } from "../configuration/run-configuration.js";
import { SweepError } from "../failures/index.js";
import { canonicalJson } from "./canonical-json.js";

/** Everything that decides a run's outcome, as plain JSON. Two runs of equal requests end with the same bytes on the same kind of processor. */
export interface RunRequest {
  /** Every option, checked and with its default. */
  readonly configuration: RunConfiguration;
  readonly seed: number;
  /** Which images they are, wherever they lie (see `dataDigest`). */
  readonly dataDigest: string;
  /** The version of the code that trains. */
  readonly codeVersion: string;
  /** Processor threads that compute; sums depend on it in their last bits. */
  readonly threads: number;
}

/** The version of the code that trains in this process. */
export const codeVersion = `trazo ${version}`;

/**
 * Tells requests apart: the beginning of a SHA-256, 16 hexadecimal digits. The order of keys does not matter, nor do the places where
 * files lie.
 *
 * @example
 * const folder = join("runs", requestDigest(request));
 */
export function requestDigest({ configuration, seed, dataDigest, codeVersion, threads }: RunRequest): string {
  const content: JsonObject = {
    configuration: identityOf(configuration),
    seed,
    dataDigest,
    codeVersion,
    threads,
  };
  return createHash("sha256").update(canonicalJson(content)).digest("hex").slice(0, 16);
}

/** The folder of a request's run among others. */
export const requestFolder = (root: string, request: RunRequest): string =>
  join(root, requestDigest(request));

/** @throws TrazoError when this process runs other code than the request was made for */
export function requireSameCode(request: RunRequest): void {
  if (request.codeVersion === codeVersion) return;
  throw new SweepError(({ otherCode }) => otherCode(request.codeVersion, codeVersion));
}
