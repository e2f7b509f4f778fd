import { describe, expect, test } from "vitest";
import { weightsDigest } from "../../cli/test/command.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import {
  executeRun,
  expandSweep,
  localPool,
  parseText,
  planSweep,
  type RunEvent,
  type RunResult,
  requestFolder,
  runSweep,
} from "../src/index.js";

const { path } = temporaryFolder();

const sweep = `
run:
  data: { train: 200, test: 100 }
  network:
    - { type: averagePooling2d, poolSize: 4 }
    - flatten
    - { type: dense, units: 10, activation: softmax }
  optimizer: sgd
  epochs: 3
  batchSize: 32
space: { optimizer.learningRate: [0.01, 0.1] }
seeds: 2
`;
const planOf = (text = sweep) => planSweep(parseText(text, "sweep.yaml"));

/** What does not depend on when and where a run was made. */
async function outcome({ digest, status, epochs, test, best, model }: RunResult) {
  const weights = model && (await weightsDigest(model));
  return { digest, status, epochs, test, best, weights };
}

describe("a pool of processes", () => {
  test("makes the same runs, bit for bit, as one process, also where its processes are killed", {
    timeout: 60_000,
  }, async () => {
    const plan = planOf();
    const runs = await expandSweep(plan, 1);
    const pool = localPool({ folder: path("pool"), processes: 2 });
    const events: RunEvent[] = [];
    let kills = 1;
    const rows = await runSweep(plan, runs, pool, {
      onEvent(_run, event) {
        events.push(event);
        if (event.type !== "began" || kills-- <= 0) return;
        process.kill(Number(event.worker.replace("process ", "")), "SIGKILL");
      },
    });
    await pool.close();
    expect(events.filter(({ type }) => type === "retry")).toHaveLength(1);
    expect(rows.map(({ result }) => result?.status)).toEqual([
      "finished",
      "finished",
      "finished",
      "finished",
    ]);

    for (const { request, result } of rows) {
      const alone = await executeRun(request, { folder: requestFolder(path("alone"), request) });
      expect(await outcome(result as RunResult)).toEqual(await outcome(alone));
    }
  });

  test("interrupts its runs when it is closed, and the sweep then resumes", async () => {
    const plan = planOf(sweep.replace("epochs: 3", "epochs: 200"));
    const [run] = await expandSweep(plan, 1);
    const { request } = run as (typeof plan)["settings"][number] & NonNullable<typeof run>;
    const pool = localPool({ folder: path("closed"), processes: 1 });
    const first = pool.run({ request }, ({ type }) => {
      if (type === "epoch") void pool.close();
    });
    const second = pool.run({ request: { ...request, seed: 9 } });
    expect(await first).toMatchObject({ status: "interrupted" });
    expect((await first).epochs.length).toBeGreaterThan(0);
    expect(await second).toMatchObject({ status: "interrupted", epochs: [] });
    await pool.close();
  });

  test("halves successively: every setting a little, the best to the end", async () => {
    const rates = "[1e-6, 1e-5, 0.2, 0.1]";
    const text = sweep.replace("[0.01, 0.1]", rates).replace("seeds: 2", "search: { type: asha, factor: 3 }");
    const plan = planOf(text);
    const madeBy = async (processes: number) => {
      const pool = localPool({ folder: path(`asha-${processes}`), processes });
      const rows = await runSweep(plan, await expandSweep(plan, 1), pool);
      await pool.close();
      return rows;
    };
    const rows = await madeBy(2);
    const statuses = rows.map(({ result }) => result?.status);
    expect(statuses.filter((status) => status === "finished").length).toBeGreaterThan(0);
    expect(statuses.slice(0, 2)).not.toContain("finished");
    expect(rows.every(({ result }) => (result?.epochs.length ?? 0) > 0)).toBe(true);
    // The same, whoever ends first.
    const outcomes = (made: typeof rows) =>
      Promise.all(made.map(({ result }) => outcome(result as RunResult)));
    expect(await outcomes(await madeBy(1))).toEqual(await outcomes(rows));
  });

  test("reports what no process can do", async () => {
    const plan = planOf();
    const [run] = await expandSweep(plan, 1);
    const pool = localPool({ folder: path("none"), processes: 1 });
    const request = { ...(run as NonNullable<typeof run>).request, codeVersion: "trazo 0.0.1" };
    await expect(pool.run({ request })).rejects.toThrow(/Install the same version/);
    await pool.close();
  });
});
