import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runFiles } from "@trazo/practice";
import sharp from "sharp";
import { loadMnist } from "trazo";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { type Finished, saveSmallNetwork, trazo, weightsDigest } from "./command.js";
import { writeTinyMnist } from "./tiny-mnist.js";

const { path } = temporaryFolder();
let trained: Finished;
const data = (): string[] => ["--data", path("tiny"), "--threads", "1"];
const best = (): string => path("run/best_model.h5");

beforeAll(async () => {
  await writeTinyMnist(path("tiny"));
  await saveSmallNetwork(path("small.h5"));
  trained = await trazo([
    "train",
    ...data(),
    "--epochs",
    "2",
    "--seed",
    "1",
    "--out",
    path("run"),
    "--batch-size",
    "64",
  ]);
  const { test } = await loadMnist();
  const digit = { raw: { width: 28, height: 28, channels: 1 as const } };
  await sharp(Buffer.from(test.images.data.slice(0, 784)), digit)
    .resize(140, 120)
    .png()
    .toFile(path("seven.png"));
  await sharp(Buffer.from(test.images.data.slice(784, 1568)), digit)
    .negate()
    .jpeg()
    .toFile(path("two.jpg"));
  writeFileSync(path("no-picture.png"), "not a picture");
  writeFileSync(path("damaged.h5"), readFileSync(best()).subarray(0, 3000));
});

/** Ended with 1 and a message: one or two lines on stderr, no stack trace. */
function expectFailure({ code, stderr }: Finished, ...parts: readonly string[]): void {
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^trazo: /);
  expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(4);
  for (const part of parts) expect(stderr).toContain(part);
}

describe("trazo train", () => {
  it("keeps the best model, reads it back and tests it", () => {
    expect(trained.stderr).toBe("");
    expect(trained.code).toBe(0);
    expect(trained.stdout).toContain("256 training, 64 validation, 64 test images");
    expect(trained.stdout).toMatch(
      /Epoch 1: val_accuracy improved from -inf to 0\.\d{5}, saving model to .*best_model\.h5/,
    );
    expect(trained.stdout).toMatch(/Test loss: \d\.\d{4}\nTest accuracy: \d+\.\d\d %/);
    const { config, result, history, historyCsv, events, bestModel, lastModel, state } = runFiles;
    expect(readdirSync(path("run")).sort()).toEqual(
      [config, result, history, historyCsv, events, bestModel, lastModel, state].sort(),
    );
  });

  it("writes one line an epoch where there is no terminal", () => {
    expect(trained.stdout.match(/^Epoch \d\/2 - 4\/4 - .* - loss: .* - val_accuracy: .*$/gm)).toHaveLength(2);
    for (const control of ["\r", "\u001b"]) expect(trained.stdout).not.toContain(control);
  });

  it("gives the same weights to the last bit for the same seed, others for another", async () => {
    const again = (name: string, seed: string) =>
      trazo(["train", ...data(), "--epochs", "2", "--seed", seed, "--out", path(name), "--batch-size", "64"]);
    await again("again", "1");
    await again("other", "2");
    // Not the files' bytes: HDF5 stores when each array was written.
    const weights = (name: string): Promise<string> => weightsDigest(path(`${name}/best_model.h5`));
    expect(await weights("again")).toBe(await weights("run"));
    expect(await weights("other")).not.toBe(await weights("run"));
    expect(readFileSync(path("again/history.csv"), "utf8")).toBe(
      readFileSync(path("run/history.csv"), "utf8"),
    );
  });

  it.each([
    ["a model file", best],
    ["the best model of a run's folder", () => path("run")],
  ])("continues with %s", async (_, model) => {
    const { code, stdout } = await trazo([
      "train",
      model(),
      ...data(),
      "--epochs",
      "1",
      "--out",
      path("more"),
      "--fresh",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("Test accuracy:");
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("after %s saves its state, says how to continue, and then does", async (signal, exitCode) => {
    const args = [
      "train",
      path("small.h5"),
      ...data(),
      "--epochs",
      "1000",
      "--out",
      path("stopped"),
      "--fresh",
    ];
    let sent = false;
    const { code, stdout, stderr } = await trazo(args, (text, kill) => {
      if (sent || !text.includes("Epoch 2/1000")) return;
      sent = true;
      kill(signal);
    });
    expect(stderr).toBe("");
    expect(code).toBe(exitCode);
    expect(stdout).toContain("Stopping after this step");
    expect(stdout).toMatch(/Best: epoch \d+, val_accuracy 0\.\d{5}, kept in .*stopped\/best_model\.h5/);
    expect(stdout).toContain(`To continue: npx trazo ${args.slice(0, -1).join(" ")}\n`);
    expect(existsSync(path("stopped/best_model.h5"))).toBe(true);
    expect(readdirSync(path("stopped"))).toEqual(
      expect.arrayContaining(["best_model.h5", "history.csv", "state"]),
    );
    expect(readdirSync(path("stopped/state")).sort()).toEqual(["state.bin", "state.previous.bin"]);

    const done = Number(/interrupted (?:before|in) epoch (\d+)/.exec(stdout)?.[1]);
    const refused = await trazo([...args.slice(0, -1), "--seed", "7"]);
    expectFailure(refused, "seed: 42 then, 7 now", "--fresh");
    const more = args.slice(0, -1).map((arg) => (arg === "1000" ? String(done + 1) : arg));
    const goneOn = await trazo(more);
    expect(goneOn.stdout).toMatch(new RegExp(`Resuming with epoch ${done} of ${done + 1}`));
    expect(goneOn.code).toBe(0);
    const rows = readFileSync(path("stopped/history.csv"), "utf8").trimEnd().split("\r\n");
    expect(rows.slice(1).map((row) => Number(row.split(",")[0]))).toEqual(
      Array.from({ length: done + 1 }, (_, i) => i),
    );
    const again = await trazo(more);
    expect(again.stdout).not.toContain("Epoch 1");
    expect(again.stdout).toContain("Test accuracy:");
  });

  it("says what is wrong with the data or the place to write to", async () => {
    expectFailure(await trazo(["train", "--data", path("nowhere")]), path("nowhere"));
    writeFileSync(path("file"), "");
    expectFailure(
      await trazo(["train", ...data(), "--epochs", "1", "--out", path("file/runs")]),
      path("file"),
    );
    expectFailure(await trazo(["train", "--data", path("nowhere")]), "No such folder");
    expectFailure(await trazo(["train", "lenet"]), 'There is no network "lenet"');
    expectFailure(await trazo(["train", "l2"]), "npx trazo practice --only l2");
    expectFailure(await trazo(["runs", path("nowhere")]), "No such folder");
  });

  it("suggests whole commands, with the options that it was given itself", async () => {
    const args = ["train", ...data(), "--epochs=1", "--out", path("suggests")];
    const { stdout } = await trazo(args);
    const commands = stdout.split("\n").filter((text) => text.includes("npx trazo"));
    const given = ` --data ${path("tiny")}`;
    for (const name of ["train", "practice", "evaluate"]) {
      expect(commands.find((text) => text.includes(`trazo ${name} `))).toContain(given);
    }
    for (const text of commands) expect(text).toMatch(/--threads 1|trazo export/);
    const evaluate = commands.find((text) => text.includes("trazo evaluate")) as string;
    const [typed] = evaluate.trim().replace("npx trazo ", "").split("   #") as [string];
    expect((await trazo(typed.split(" "))).stdout).toContain("true\\pred");
  });
});

describe("trazo evaluate, predict, summary, data", () => {
  it("evaluates, with a confusion matrix when asked", async () => {
    const { code, stdout } = await trazo(["evaluate", best(), ...data(), "--confusion"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/test loss: \d\.\d{5}\ntest accuracy: \d\.\d{5}/);
    const table = stdout.slice(stdout.indexOf("true\\pred")).trimEnd().split("\n");
    expect(table).toHaveLength(12);
    const counts = table.slice(1, 11).flatMap((row) => row.trim().split(/\s+/).slice(1, 11).map(Number));
    expect(counts.reduce((a, b) => a + b, 0)).toBe(64);
    expect(stdout).toContain(
      `test accuracy: ${(counts.reduce((sum, n, i) => (i % 11 === 0 ? sum + n : sum), 0) / 64).toFixed(5)}`,
    );
  });

  it("predicts pictures of any size, light on dark or dark on light", async () => {
    const { code, stdout } = await trazo(["predict", best(), path("seven.png"), path("two.jpg"), "--json"]);
    expect(code).toBe(0);
    const [seven, two] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(seven.image).toBe(path("seven.png"));
    expect(two.guesses).toHaveLength(10);
    const total = two.guesses.reduce(
      (sum: number, { probability }: { probability: number }) => sum + probability,
      0,
    );
    expect(total).toBeCloseTo(1, 5);
    const plain = await trazo(["predict", best(), path("seven.png")]);
    expect(plain.stdout).toMatch(
      /^.*seven\.png: \d \(\d+\.\d %\), then \d \(\d+\.\d %\), \d \(\d+\.\d %\)\n$/,
    );
  });

  it("continues after a file that is no picture, and ends with 1", async () => {
    const { code, stdout, stderr } = await trazo([
      "predict",
      best(),
      path("no-picture.png"),
      path("seven.png"),
    ]);
    expect(stdout).toContain("seven.png:");
    expectFailure({ code, stdout, stderr }, path("no-picture.png"));
  });

  it("shows layers and data", async () => {
    const summary = await trazo(["summary"]);
    expect(summary.stdout).toContain("1,325,590");
    expect((await trazo(["summary", best()])).stdout).toContain("1,325,590");
    expect((await trazo(["summary", path("run")])).stdout).toContain("1,325,590");
    const { stdout } = await trazo(["data", "--data", path("tiny")]);
    expect(stdout).toContain("training set (320, 28, 28, 1), test set (64, 28, 28, 1), 10 classes");
    expect(stdout).toMatch(/^ +class +training +test$/m);
  });

  it("says which file is missing or damaged", async () => {
    expectFailure(
      await trazo(["evaluate", path("none.h5"), ...data()]),
      path("none.h5"),
      "there is no such file",
    );
    expectFailure(await trazo(["evaluate", path("damaged.h5"), ...data()]), path("damaged.h5"));
    expectFailure(
      await trazo(["evaluate", path("tiny"), ...data()]),
      path("tiny"),
      "is a folder without a best_model.h5",
    );
    expectFailure(await trazo(["summary", path("n".repeat(300))]), "the name is too long");
    expectFailure(
      await trazo(["predict", path("no-picture.png"), path("seven.png")]),
      path("no-picture.png"),
    );
  });
});

describe("usage", () => {
  it.each([
    [["fly"]],
    [["train", "--epoch", "3"]],
    [["train", "--epochs", "0"]],
    [["train", "--epochs", "many"]],
    [["train", "--threads", "0"]],
    [["train", "--threads", "257"]],
    [["train", "--out", ""]],
    [["data", "--data", ""]],
    [["evaluate"]],
    [["predict", "model.h5"]],
    [[]],
  ])("trazo %j ends with 2 and says how to get help", async (args) => {
    const { code, stderr } = await trazo(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--help|Usage: trazo/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([["train"], ["evaluate"], ["predict"], ["summary"], ["export"], ["data"]])(
    "trazo %s --help explains it",
    async (command) => {
      const { code, stdout } = await trazo([command, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: trazo ${command}`);
    },
  );

  it("ends quietly when its reader has seen enough", () => {
    const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));
    const { stderr } = spawnSync("sh", ["-c", `"${process.execPath}" "${program}" summary | true`], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
  });
});
