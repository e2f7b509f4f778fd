import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { weightBytes } from "../../cli/test/command.js";
import {
  codeVersion,
  dataDigest,
  executeRun,
  loadData,
  type RunRequest,
  requestDigest,
} from "../src/index.js";

const work = mkdtempSync(join(tmpdir(), "trazo-sweep-"));
afterAll(() => rm(work, { recursive: true, force: true }));

const data = { source: "mnist", train: 200, test: 100 };
const images = loadData(data);

async function requestOf(technique = "base"): Promise<RunRequest> {
  return {
    configuration: { data, technique, epochs: 3, batchSize: 32 },
    seed: 7,
    dataDigest: dataDigest(await images),
    codeVersion,
    threads: 1,
  };
}

describe("executeRun", () => {
  test("a run that pauses ends with the bytes of one that did not, and a second time is only read", async () => {
    const request = await requestOf();
    const whole = await executeRun(request, { folder: join(work, "whole") });
    expect(whole).toMatchObject({ digest: requestDigest(request), status: "finished", seed: 7 });
    expect(whole.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);

    const folder = join(work, "paused");
    const paused = await executeRun(request, { folder, until: 1 });
    expect(paused).toMatchObject({ status: "paused", test: undefined, epochs: [{ epoch: 1 }] });
    const resumed = await executeRun(request, { folder });
    const again = await executeRun(request, { folder });
    for (const result of [resumed, again]) {
      expect(result.epochs).toEqual(whole.epochs);
      expect(result).toMatchObject({ status: "finished", best: whole.best, test: whole.test });
    }
    const [one, other] = await Promise.all([resumed, whole].map(({ model }) => weightBytes(model as string)));
    expect(one?.equals(other as Buffer)).toBe(true);
  });

  test("refuses images that are not those of the request", async () => {
    const request = { ...(await requestOf()), dataDigest: "0123456789abcdef" };
    await expect(executeRun(request, { folder: join(work, "other") })).rejects.toThrow(
      /not the images that the run is for/,
    );
  });

  test("the order of keys does not change the digest, the seed does", async () => {
    const request = await requestOf();
    const { configuration, ...rest } = request;
    const turned = Object.fromEntries(Object.entries(configuration).reverse());
    expect(requestDigest({ ...rest, configuration: turned } as RunRequest)).toBe(requestDigest(request));
    expect(requestDigest({ ...request, seed: 8 })).not.toBe(requestDigest(request));
  });
});
