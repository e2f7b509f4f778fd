import { cpSync } from "node:fs";
import { holdsRun, readRun } from "@trazo/practice";
import { beforeAll, describe, expect, test } from "vitest";
import { drawShapes } from "../../../bench/pictures/shapes.js";
import { weightsDigest } from "../../cli/test/command.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import {
  executeRun,
  expandSweep,
  localPool,
  parseText,
  planSweep,
  type RunResult,
  requestDigest,
  requestFolder,
  runSweep,
} from "../src/index.js";

const { path } = temporaryFolder();

beforeAll(() => drawShapes(path("shapes"), { perClass: 20, side: 24, classes: ["circle", "cross"] }));

const plan = () =>
  planSweep(
    parseText(
      `
run:
  data: { images: shapes, size: 16 }
  epochs: 2
  batchSize: 8
variants:
  small: { augmentation: light }
  own:
    network: [flatten, { type: dense, units: 2, activation: softmax }]
    optimizer: { type: sgd, learningRate: 0.01 }
    augmentation: { rotationRange: 20 }
  wrong: { network: [flatten, { type: dense, units: 3, activation: softmax }] }
measure: test_accuracy
`,
      "sweep.yaml",
    ),
    path("."),
  );

async function outcome({ digest, status, epochs, test, best, model }: RunResult) {
  return { digest, status, epochs, test, best, weights: model && (await weightsDigest(model)) };
}

describe("a sweep over a folder of pictures", () => {
  test("trains every setting in a pool as alone, bit for bit, and says what does not fit the folder", {
    timeout: 60_000,
  }, async () => {
    const runs = await expandSweep(plan(), 1);
    const pool = localPool({ folder: path("pool"), processes: 2 });
    const rows = await runSweep(plan(), runs, pool);
    await pool.close();
    expect(rows.map(({ result }) => result?.status)).toEqual(["finished", "finished", "failed"]);
    expect(rows[2]?.result?.reason).toContain("The model gives 3 numbers, but the folder has 2 classes.");
    for (const { request, result } of rows.slice(0, 2)) {
      const alone = await executeRun(request, { folder: requestFolder(path("alone"), request) });
      expect(await outcome(result as RunResult)).toEqual(await outcome(alone));
      expect(alone.test?.accuracy).toBeGreaterThan(0);
      expect(readRun(alone.folder).config.images).toEqual({ train: 28, validation: 6, test: 6 });
    }
  });

  test("pauses, and resumes with the same bits", async () => {
    const [run] = await expandSweep(plan(), 1);
    const { request } = run as NonNullable<typeof run>;
    const whole = await executeRun(request, { folder: path("whole") });
    const paused = await executeRun(request, { folder: path("paused"), until: 1 });
    expect(paused).toMatchObject({ status: "paused", epochs: [{ epoch: 1 }] });
    const resumed = await executeRun(request, { folder: path("paused") });
    expect(await outcome(resumed)).toEqual(await outcome(whole));
  });

  test("is the same wherever the folder lies, and refuses other pictures", async () => {
    const [run] = await expandSweep(plan(), 1);
    const { request } = run as NonNullable<typeof run>;
    cpSync(path("shapes"), path("elsewhere/shapes"), { recursive: true });
    const { data } = request.configuration;
    const at = (source: string) => ({
      ...request,
      configuration: { ...request.configuration, data: { ...data, source } },
    });
    expect(requestDigest(at(path("elsewhere/shapes")))).toBe(requestDigest(request));
    await drawShapes(path("others"), { perClass: 5, side: 24, classes: ["circle", "cross"] });
    await expect(executeRun(at(path("others")), { folder: path("refused") })).rejects.toThrow(
      /not the images that the run is for/,
    );
    expect(holdsRun(path("refused"))).toBe(false);
  });
});
