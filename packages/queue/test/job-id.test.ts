import { codeVersion, type RunRequest, requestDigest } from "@trazo/sweep";
import { expect, it } from "vitest";
import { jobIdOf, runOf } from "../src/queue/run-payload.js";

it("a run whose digest has decimal digits only has a name that BullMQ takes", () => {
  const configuration = { data: { source: "mnist" }, epochs: 1, batchSize: 1, monitor: "val_accuracy" };
  const requestOf = (seed: number): RunRequest => ({
    ...{ configuration, seed, codeVersion, threads: 1 },
    dataDigest: "0123456789abcdef",
  });
  // About one in two thousand.
  let seed = 0;
  while (!/^[1-9]\d{15}$/.test(requestDigest(requestOf(seed)))) seed++;
  const request = requestOf(seed);
  const id = jobIdOf({ request });
  expect(String(Number.parseInt(id, 10))).not.toBe(id);
  expect(runOf(id)).toBe(requestDigest(request));
  expect(runOf(jobIdOf({ request, until: 3 }))).toBe(`${requestDigest(request)}-3`);
});
