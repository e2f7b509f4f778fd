import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "trazo/node";
import type { Reason } from "../failures/reason.js";
import { type RunRequest, requestDigest } from "./run-request.js";
import { type RunResult, unmadeResult } from "./run-result.js";

/** In a run's folder: that it failed, and why. */
const failureFile = "failure.json";

interface Failure extends Reason {
  /** Of the request that failed. */
  readonly digest: string;
  /** When, ISO 8601. */
  readonly failed: string;
}

/** Remembers in a run's folder that it failed, so that it is not tried again unless somebody asks for that. */
export async function keepFailure(folder: string, request: RunRequest, reason: Reason): Promise<RunResult> {
  const failure: Failure = { digest: requestDigest(request), ...reason, failed: new Date().toISOString() };
  await writeFileAtomically(join(folder, failureFile), `${JSON.stringify(failure, null, 2)}\n`);
  return unmadeResult(request, folder, "failed", reason);
}

/** What came of a request that failed before; undefined where it did not. */
export function keptFailure(folder: string, request: RunRequest): RunResult | undefined {
  const path = join(folder, failureFile);
  if (!existsSync(path)) return undefined;
  try {
    const { digest, reason, reasons } = JSON.parse(readFileSync(path, "utf8")) as Partial<Failure>;
    if (digest !== requestDigest(request) || typeof reason !== "string") return undefined;
    return unmadeResult(request, folder, "failed", { reason, reasons });
  } catch {
    // Damaged: the run is tried again.
    return undefined;
  }
}

export const forgetFailure = (folder: string): Promise<void> =>
  rm(join(folder, failureFile), { force: true });
