import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeVersion, type RunRequest } from "@trazo/sweep";

/** A new place for folders. */
export function workPlace(name: string): { folder(name: string): string; remove(): void } {
  const work = mkdtempSync(join(tmpdir(), `trazo-${name}-`));
  return {
    folder(name) {
      const path = join(work, name);
      mkdirSync(path, { recursive: true });
      return path;
    },
    remove: () => rmSync(work, { recursive: true, force: true }),
  };
}

/** Requests for runs that nobody makes: what takes them only waits. */
export const waitingRequests = (count: number, configuration: object): RunRequest[] =>
  Array.from({ length: count }, (_, seed) => ({
    configuration: { data: { source: "mnist" }, batchSize: 1, monitor: "val_accuracy", ...configuration },
    seed,
    dataDigest: "0123456789abcdef",
    codeVersion,
    threads: 1,
  })) as unknown as RunRequest[];
