import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { holdsRun, readRun } from "@trazo/practice";
import { layers, loadModel, sequential } from "trazo";
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

/** Runs on a folder of three classes, one of them rare. */
describe("a loss and metrics for a folder of pictures", () => {
  const threeClasses = async (): Promise<void> => {
    await drawShapes(path("three"), { perClass: 16, side: 24, classes: ["circle", "cross", "square"] });
    const rare = path("three/cross");
    for (const file of readdirSync(rare).slice(8)) rmSync(join(rare, file));
  };
  beforeAll(threeClasses);

  const common = {
    data: { images: "three", size: 16 },
    network: ["flatten", { type: "dense", units: 3, activation: "softmax" }],
    augmentation: "none",
    optimizer: { type: "sgd", learningRate: 0.01 },
    epochs: 2,
    batchSize: 8,
  };

  async function runWith(given: object): Promise<RunResult> {
    const text = JSON.stringify({ run: { ...common, ...given } });
    const [run] = await expandSweep(planSweep(parseText(text, "sweep.yaml"), path(".")), 1);
    const { request } = run as NonNullable<typeof run>;
    return await executeRun(request, { folder: requestFolder(path("goals"), request) });
  }

  const lossesOf = ({ epochs }: RunResult): (number | undefined)[] =>
    epochs.flatMap(({ metrics }) => [metrics.loss, metrics.val_loss]);

  test("one-hot losses are trained, rare classes counting more, as the usual one is", async () => {
    const usual = await runWith({});
    const same = await runWith({ loss: "categoricalCrossentropy" });
    expect(same.status).toBe("finished");
    for (const [i, value] of lossesOf(same).entries())
      expect(value).toBeCloseTo(lossesOf(usual)[i] as number, 5);
    expect(same.test?.accuracy).toBe(usual.test?.accuracy);
  });

  test("label smoothing and the focal loss are trained with the metrics that were asked for", async () => {
    const metrics = ["accuracy", { type: "topKAccuracy", k: 2 }];
    const usual = await runWith({});
    for (const [loss, written] of [
      [{ type: "categoricalCrossentropy", labelSmoothing: 0.1 }, { label_smoothing: 0.1 }],
      [{ type: "categoricalFocalCrossentropy", gamma: 3 }, { gamma: 3 }],
    ] as const) {
      const result = await runWith({ loss, metrics });
      expect(result.status, loss.type).toBe("finished");
      const { accuracy, top_k_categorical_accuracy, ...rest } = result.test ?? {};
      expect(Object.keys(rest)).toEqual(["loss"]);
      expect(top_k_categorical_accuracy).toBeGreaterThanOrEqual(accuracy as number);
      expect(Object.keys(result.epochs[0]?.metrics ?? {})).toContain("val_top_k_categorical_accuracy");
      expect(lossesOf(result)[0]).not.toBeCloseTo(lossesOf(usual)[0] as number, 2);
      const kept = await loadModel(result.model as string);
      expect(kept.compiledLoss.getConfig()).toMatchObject(written);
      await kept.dispose();
    }
  });

  test("metrics alone are measured with the usual loss", async () => {
    const result = await runWith({ metrics: ["accuracy", { type: "sparseTopKAccuracy", k: 3 }] });
    expect(result.test).toMatchObject({ sparse_top_k_categorical_accuracy: 1 });
    expect(result.test?.loss).toBeCloseTo((await runWith({})).test?.loss as number, 6);
  });

  test.each([
    [
      "binaryCrossentropy is for two classes, but the folder has 3. Use categoricalCrossentropy.",
      { loss: "binaryCrossentropy" },
    ],
    [
      "binaryAccuracy is for two classes, but the folder has 3. Use accuracy.",
      { metrics: ["binaryAccuracy"] },
    ],
    [
      "SparseCategoricalAccuracy needs class numbers",
      { loss: "categoricalCrossentropy", metrics: ["sparseCategoricalAccuracy"] },
    ],
    ["CategoricalAccuracy needs one-hot targets", { metrics: ["categoricalAccuracy"] }],
  ])("what cannot work is refused: %s", async (reason, given) => {
    const result = await runWith(given);
    expect(result.status).toBe("failed");
    expect(result.reason).toContain(reason);
  });

  test("a compiled Keras file is trained with its own loss, which is only replaced with its optimizer", async () => {
    const own = sequential([
      layers.input({ shape: [16, 16, 3] }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ]);
    own.compile({ optimizer: "sgd", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    await own.save(path("own.keras"));
    await own.dispose();
    const file = { network: "own.keras", optimizer: undefined };
    expect(await runWith(file)).toMatchObject({ status: "finished" });
    const refused = await runWith({ ...file, loss: "categoricalHinge" });
    expect(refused.reason).toContain("can only be replaced together");
  });
});
