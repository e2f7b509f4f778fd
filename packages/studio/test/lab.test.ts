import { afterEach, describe, expect, it } from "vitest";
import { fromKeras, layers, nodeRuntime, sequential, tensor } from "../../trazo/src/index.js";
import { answerWith, stepsOf } from "../src/lab/inside.js";
import type { Lab } from "../src/lab/lab.js";
import { networkOf } from "../src/lab/network.js";
import { readByOwnAverages } from "../src/lab/own-averages.js";
import type { KeptRun } from "../src/lab/ports.js";
import { hasCaughtUp, scoreOf } from "../src/lab/score.js";
import { fromBase64, toBase64 } from "../src/protocol/base64.js";
import type { Answer, Reading, StudioEvent, Subject } from "../src/protocol/messages.js";
import { movedPixels, undistorted } from "../src/protocol/messages.js";
import { baseSettings, settingsOf } from "../src/protocol/settings.js";
import { labWithFewDigits } from "./lab-with-few-digits.js";

const digit: Subject = { kind: "digit", index: 0 };
const settings = { ...baseSettings, epochs: 2 };
let lab: Lab;
let events: StudioEvent[];

async function open(kept: KeptRun[] = []): Promise<void> {
  ({ lab, events } = await labWithFewDigits(kept));
}
afterEach(() => lab?.close());

async function hello(): Promise<Answer<"hello">> {
  return (await lab.ask({ command: "hello" })) as Answer<"hello">;
}
const statuses = async (): Promise<string[]> => (await hello()).runs.map(({ status }) => status);
const until = (status: string, run = 0): Promise<void> =>
  expect.poll(async () => (await statuses())[run], { timeout: 60_000, interval: 20 }).toBe(status);
const watch = async (client = "me", subject: Subject = digit): Promise<Reading | null> =>
  (await lab.ask({ command: "watch", client, subject, distortion: undistorted })) as Reading | null;

describe("a run", () => {
  it("tells its steps, checks, epochs and moments, and what became of it", async () => {
    await open();
    await lab.ask({ command: "start", settings });
    await until("done");
    const [run] = (await hello()).runs;
    expect(run?.step).toBe(20);
    expect(run?.points[0]?.step).toBe(1);
    expect(run?.points.at(-1)?.step).toBe(20);
    expect(run?.points[0]?.loss).toBeGreaterThan(2);
    expect(run?.points.at(-1)?.loss).toBeLessThan(1.5);
    expect(run?.checks.map(({ step }) => step)).toEqual([10]);
    expect(run?.epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 10],
      [2, 20],
    ]);
    expect(run?.moments).toEqual([0]);
    expect(run?.test?.accuracy).toBeGreaterThan(0.5);
    const told = events.flatMap((event) => (event.type === "step" ? [event.point] : []));
    expect(told).toEqual(run?.points);
  });

  it("has a picture read while it learns, by the page that asked", async () => {
    await open();
    expect(await watch("first")).toBeNull();
    await lab.ask({ command: "start", settings: { ...settings, epochs: 6 } });
    await until("running");
    const second = await watch("second", { kind: "digit", index: 1 });
    expect(second?.layers.map(({ shape }) => shape)).toEqual([
      [24, 24, 6],
      [12, 12, 6],
      [8, 8, 16],
      [4, 4, 16],
      [1, 1, 1024],
      [1, 1, 1024],
    ]);
    lab.forget("second");
    await until("done");
    const last = events.findLast((event) => event.type === "reading");
    expect(last?.client).toBe("first");
    expect(last?.reading.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 4);
    expect(
      events.filter((event) => event.type === "reading" && event.client === "second").length,
    ).toBeLessThan(5);
  });

  it("ends with the lab, and so do those that wait for it", async () => {
    await open();
    await lab.ask({ command: "start", settings: { ...settings, epochs: 50 } });
    await lab.ask({ command: "start", settings, next: true });
    await until("running");
    await lab.close();
    expect(await statuses()).toEqual(["stopped", "stopped"]);
  });

  it.each([
    ["stop", "stopped"],
    ["start", "done"],
  ])("that was ended before it began does not begin: by %s", async (command, last) => {
    await open();
    await lab.ask({ command: "start", settings: { ...settings, epochs: 1 } });
    await until("done");
    // While a file is written, no training begins.
    const saving = lab.ask({ command: "save", run: 1, format: "keras" });
    await lab.ask({ command: "start", settings });
    await hello();
    if (command === "stop") await lab.ask({ command });
    else await lab.ask({ command: "start", settings: { ...settings, seed: 2 } });
    await saving;
    await until(last, command === "stop" ? 1 : 2);
    const told = events.flatMap((event) => (event.type === "run" && event.run.id === 2 ? [event.run] : []));
    expect(told.map(({ status }) => status)).toEqual(["waiting", "stopped"]);
  });

  it("goes on when a page asks for a digit that there is not", async () => {
    await open();
    await lab.ask({ command: "start", settings });
    await until("running");
    await expect(watch("me", { kind: "digit", index: 99_999 })).rejects.toMatchObject({
      refusal: { kind: "noDigit" },
    });
    await until("done");
  });

  it("is paused, taken step by step, and continues", async () => {
    await open();
    await lab.ask({ command: "start", settings: { ...settings, epochs: 3 } });
    await until("running");
    await lab.ask({ command: "pause" });
    await watch();
    const stepNow = async (): Promise<number> => (await watch())?.step ?? -1;
    const paused = await stepNow();
    expect(await stepNow()).toBe(paused);
    await lab.ask({ command: "step", count: 2 });
    await expect.poll(stepNow).toBe(paused + 2);
    expect((await hello()).playing).toBe(false);
    await lab.ask({ command: "play" });
    await until("done");
  });

  it("reads as it did at an earlier moment", async () => {
    await open();
    await lab.ask({ command: "start", settings: { ...settings, epochs: 3 } });
    await until("done");
    expect((await hello()).runs[0]?.moments).toEqual([0, 25]);
    const at = async (step: number): Promise<Reading> =>
      (await lab.ask({
        command: "rewind",
        run: 1,
        step,
        subject: digit,
        distortion: undistorted,
      })) as Reading;
    const [beginning, later, between] = [await at(0), await at(25), await at(20)];
    // Untrained, everything looks alike to it.
    expect(Math.max(...beginning.probabilities)).toBeLessThan(0.25);
    expect(Math.max(...later.probabilities)).toBeGreaterThan(0.3);
    expect(between).toEqual(beginning);
    expect((await watch())?.step).toBe(30);
  });

  it("is ended by another one, or followed by it", async () => {
    await open();
    const long = { ...settings, epochs: 50 };
    await lab.ask({ command: "start", settings: long });
    await until("running");
    await lab.ask({ command: "start", settings: settingsOf("dropout", settings), next: true });
    await lab.ask({ command: "start", settings: settingsOf("l2", settings) });
    await until("running", 2);
    expect(await statuses()).toEqual(["stopped", "stopped", "running"]);
    await lab.ask({ command: "start", settings: settingsOf("augmentation", settings), next: true });
    await until("done", 3);
    expect(await statuses()).toEqual(["stopped", "stopped", "done", "done"]);
  });

  it("continues when it is stopped while it was paused", async () => {
    await open();
    await lab.ask({ command: "start", settings: { ...settings, epochs: 50 } });
    await until("running");
    await lab.ask({ command: "pause" });
    await lab.ask({ command: "stop" });
    await until("stopped");
    // What it had learned can still read.
    expect(await watch()).not.toBeNull();
  });
});

it("what was trained is there again when the lab is opened again", async () => {
  const kept: KeptRun[] = [];
  await open(kept);
  expect((await hello()).isFresh).toBe(true);
  await lab.ask({ command: "start", settings });
  await until("done");
  const before = await watch();
  await lab.close();
  await open(kept);
  const { runs, isFresh } = await hello();
  expect(isFresh).toBe(true);
  expect(
    runs.map(({ status, points, epochs, moments }) => [status, points.length > 5, epochs.length, moments]),
  ).toEqual([["done", true, 2, []]]);
  expect(await watch()).toEqual(before);
  // The page that opens it begins nothing that has been learned already.
  const begin = (asked: typeof settings) => lab.ask({ command: "start", settings: asked, first: true });
  expect(await begin(settings)).toEqual({ run: 1 });
  expect(await statuses()).toEqual(["done"]);
  expect(await begin(settingsOf("l2", settings))).toEqual({ run: 2 });
  await until("done", 1);
});

it("says of a run that there was no room to keep it", async () => {
  const full: KeptRun[] = Object.assign([], {
    push: () => {
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    },
  });
  await open(full);
  await lab.ask({ command: "start", settings: { ...settings, epochs: 1 } });
  await expect.poll(async () => (await hello()).runs[0]?.isUnkept, { timeout: 60_000 }).toBe(true);
});

describe("comparing", () => {
  it("has one picture and many test digits read by every network", async () => {
    await open();
    await lab.ask({ command: "start", settings });
    await lab.ask({ command: "start", settings: settingsOf("l2", settings), next: true });
    await until("done", 1);
    const all = (await lab.ask({
      command: "readAll",
      subject: digit,
      distortion: undistorted,
    })) as Answer<"readAll">;
    expect(all.readings.map(({ run }) => run)).toEqual([1, 2]);
    const read = async (right: number): Promise<Answer<"readTest">> =>
      (await lab.ask({ command: "readTest", distortion: { ...undistorted, right } })) as Answer<"readTest">;
    const wrong = ({ runs, labels }: Answer<"readTest">): number[] =>
      runs.map((run) => run.read.filter((label, i) => label !== labels[i]).length);
    const [still, moved] = [await read(0), await read(6)];
    expect(still.labels.length).toBe(400);
    expect(wrong(moved)[0]).toBeGreaterThan((wrong(still)[0] as number) + 50);
    const curve = (await lab.ask({ command: "robustness", by: "shift" })) as Answer<"robustness">;
    expect(curve.runs.map((run) => run.wrong[0])).toEqual(wrong(still));
    expect(curve.runs.map((run) => run.wrong[6])).toEqual(wrong(moved));
  });
});

describe("pictures", () => {
  it("are moved to the right and down, turned and scaled as asked", async () => {
    await open();
    const side = 112;
    const paper = new Uint8Array(side * side).fill(255);
    for (let y = 20; y < 90; y++) paper.fill(0, side * y + 50, side * y + 60);
    const bar: Subject = { kind: "drawing", side, pixels: toBase64(paper) };
    const centerOf = async (part: object): Promise<[number, number]> => {
      const { seen } = (await lab.ask({
        command: "readAll",
        subject: bar,
        distortion: { ...undistorted, ...part },
      })) as Answer<"readAll">;
      const pixels = fromBase64(seen);
      let [mass, x, y] = [0, 0, 0];
      for (const [i, value] of pixels.entries()) {
        mass += value;
        x += value * (i % 28);
        y += value * Math.floor(i / 28);
      }
      return [x / mass, y / mass];
    };
    const [x, y] = await centerOf({});
    const [right] = await centerOf({ right: 4 });
    const [, down] = await centerOf({ down: 3 });
    expect(right - x).toBeCloseTo(4, 1);
    expect(down - y).toBeCloseTo(3, 1);
  });

  it("of nothing are not read", async () => {
    await open();
    const empty: Subject = { kind: "drawing", side: 16, pixels: toBase64(new Uint8Array(256).fill(255)) };
    expect(await lab.ask({ command: "readAll", subject: empty, distortion: undistorted })).toEqual({
      seen: "",
      readings: [],
    });
    expect(await watch("me", empty)).toBeNull();
  });

  it("of test digits there are only so many", async () => {
    await open();
    await expect(
      lab.ask({ command: "digits", indices: [400], distortion: undistorted }),
    ).rejects.toMatchObject({
      refusal: { kind: "noDigit", index: 400, count: 400 },
    });
  });
});

describe("looking inside", () => {
  it("answers with no unit switched off as the network itself does, and otherwise differently", async () => {
    for (const name of ["base", "batchnorm", "dropout"] as const) {
      const model = networkOf({ ...settingsOf(name), seed: 5 }, { runtime: nodeRuntime({ threads: 1 }) });
      const features = Float32Array.from({ length: 256 }, (_, i) => Math.abs(Math.sin(i)));
      const steps = stepsOf(model);
      const all = answerWith(steps, features, 0, () => true);
      const last = model.layers.findIndex(({ className }) => className === "Flatten");
      const behind = sequential([
        layers.input({ shape: [256] }),
        ...model.layers.slice(last + 1).map(({ className }, i, behind) => {
          if (className === "BatchNormalization") return layers.batchNormalization();
          if (className === "Dropout") return layers.dropout({ rate: 0.5 });
          const isLast = i === behind.length - 1;
          return layers.dense({ units: isLast ? 10 : 1024, activation: isLast ? "softmax" : "relu" });
        }),
      ]);
      behind.setWeights(model.layers.slice(last + 1).flatMap((layer) => layer.getWeights()));
      const { data } = await behind.predict(tensor("float32", [1, 256], features));
      for (const [digit, probability] of all.entries())
        expect(probability).toBeCloseTo(data[digit] as number, 5);
      const half = answerWith(steps, features, 0.5, (_, unit) => unit % 2 === 0);
      expect(
        Math.max(...half.map((probability, i) => Math.abs(probability - (all[i] as number)))),
      ).toBeGreaterThan(1e-4);
      await model.dispose();
      await behind.dispose();
    }
  });

  it("gives a network as a file that reads alike", async () => {
    await open();
    await lab.ask({ command: "start", settings: { ...settings, epochs: 1 } });
    await until("done");
    const reading = await watch();
    const save = async (format: "keras" | "onnx"): Promise<Uint8Array> => {
      const { bytes } = (await lab.ask({ command: "save", run: 1, format })) as Answer<"save">;
      return fromBase64(bytes);
    };
    const model = await fromKeras(await save("keras"), { runtime: nodeRuntime({ threads: 1 }) });
    const pixels = Float32Array.from(fromBase64(reading?.seen ?? ""), (byte) => byte / 255);
    const { data } = await model.predict(tensor("float32", [1, 28, 28, 1], pixels));
    for (const [digit, probability] of reading?.probabilities.entries() ?? []) {
      expect(data[digit]).toBeCloseTo(probability, 3);
    }
    await model.dispose();
    expect((await save("onnx")).length).toBeGreaterThan(1_000_000);
    await expect(lab.ask({ command: "save", run: 2, format: "onnx" })).rejects.toMatchObject({
      refusal: { kind: "noRun", run: 2 },
    });
  });

  it("shows kernels, weights, masks and activations of a network", async () => {
    await open();
    await lab.ask({ command: "start", settings: settingsOf("batchnorm", settings) });
    await until("done");
    const inside = (await lab.ask({
      command: "inside",
      run: 1,
      subject: digit,
      distortion: undistorted,
    })) as Answer<"inside">;
    expect(inside.kernels).toHaveLength(150);
    expect(inside.masks.answers).toHaveLength(10);
    for (const answer of inside.masks.answers) expect(answer.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    for (const shares of [
      inside.weights.histogram,
      inside.activations.before,
      inside.activations.after ?? [],
    ]) {
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    expect(inside.weights.nearZero).toBeLessThan(0.1);
  });
});

describe("a run that begins with another's weights", () => {
  it("continues from a moment, with other techniques, and says for how long they had been trained", async () => {
    await open();
    await lab.ask({ command: "start", settings: { ...settings, epochs: 4 } });
    await until("done");
    await lab.ask({
      command: "start",
      settings: { ...settingsOf("dropout", settings), epochs: 1 },
      from: { run: 1, step: 30 },
    });
    await until("done", 1);
    const [first, second] = (await hello()).runs;
    expect(second?.offset).toBe(25);
    // It goes on learning where the other was: no new network is as good after its first step.
    expect(second?.points[0]?.loss).toBeLessThan((first?.points[0]?.loss ?? 0) / 2);
    await expect(
      lab.ask({ command: "start", settings: settingsOf("batchnorm"), from: { run: 1, step: 30 } }),
    ).rejects.toMatchObject({ refusal: { kind: "otherLayers" } });
  });
});

it("what techniques change is told in a few numbers, of those networks that are asked for", async () => {
  await open();
  await lab.ask({ command: "start", settings });
  await lab.ask({ command: "start", settings: settingsOf("l1", { ...settings, epochs: 3 }), next: true });
  await until("done", 1);
  const measures = async (runs: number[]): Promise<Answer<"measures">["runs"]> =>
    ((await lab.ask({ command: "measures", runs })) as Answer<"measures">).runs;
  const [base, l1] = await measures([1, 2, 3]);
  const inside = (await lab.ask({
    command: "inside",
    run: 2,
    subject: digit,
    distortion: undistorted,
  })) as Answer<"inside">;
  const shift = (await lab.ask({ command: "robustness", by: "shift" })) as Answer<"robustness">;
  const wrong = (run: number, pixels: number): number =>
    (shift.runs[run - 1]?.wrong[pixels] as number) / shift.digits;
  const misread = (run: number) => ({ still: wrong(run, 0), moved: wrong(run, movedPixels) });
  expect(l1).toEqual({
    run: 2,
    nearZero: inside.weights.nearZero,
    silent: inside.working.silent,
    misread: misread(2),
  });
  expect(base).toMatchObject({ run: 1, misread: misread(1) });
  expect(l1?.nearZero).toBeGreaterThan((base?.nearZero ?? 1) + 0.1);
  expect(await measures([2])).toEqual([l1]);
  expect(await measures([7])).toEqual([]);
});

describe("without some of its units", () => {
  it("a network reads worse and worse, and afterwards as well as before", async () => {
    await open();
    await lab.ask({ command: "start", settings: { ...settings, epochs: 4 } });
    await until("done");
    const { test } = (await hello()).runs[0] ?? {};
    const { shares, runs } = (await lab.ask({ command: "resilience" })) as Answer<"resilience">;
    const [wrong = []] = runs.map((run) => run.wrong);
    expect(wrong).toHaveLength(shares.length);
    expect(wrong[0]).toBe(Math.round(400 * (1 - (test?.accuracy ?? 0))));
    expect(wrong.at(-1)).toBeGreaterThan(2 * (wrong[0] as number));
    const again = (await lab.ask({ command: "robustness", by: "shift" })) as Answer<"robustness">;
    expect(again.runs[0]?.wrong[0]).toBe(wrong[0]);
  });
});

describe("a look inside", () => {
  it("shows where the network looks, and how far the moving averages have come", async () => {
    await open();
    await lab.ask({ command: "start", settings: { ...settingsOf("batchnorm", settings), epochs: 3 } });
    await until("done");
    const inside = async (step?: number): Promise<Answer<"inside">> =>
      (await lab.ask({
        command: "inside",
        run: 1,
        subject: digit,
        distortion: undistorted,
        ...(step !== undefined && { step }),
      })) as Answer<"inside">;
    const now = await inside();
    expect(now.heat).toMatchObject({ height: 8, width: 8 });
    const atFirst = await inside(0);
    expect(new Set(atFirst.averages?.remembered)).toEqual(new Set([1]));
    const far = ({ averages }: Answer<"inside">): number =>
      (averages?.remembered ?? []).reduce(
        (sum, remembered, i) => sum + Math.abs(remembered - (averages?.real[i] ?? 0)),
        0,
      );
    expect(far(now)).toBeLessThan(far(atFirst));
  });
});

describe("batch normalization's moving averages", () => {
  it("are left out of account in checks of their own until they have caught up", async () => {
    await open();
    await lab.ask({ command: "start", settings: settingsOf("batchnorm", { ...settings, epochs: 3 }) });
    await lab.ask({ command: "start", settings, next: true });
    await until("done", 1);
    const [normalized, base] = (await hello()).runs;
    const last = normalized?.checks.at(-1);
    // At first it reads with remembered averages as if it had learned nothing.
    expect(last?.own?.accuracy).toBeGreaterThan((last?.accuracy ?? 1) + 0.2);
    expect(base?.checks.every(({ own }) => own === undefined)).toBe(true);
  });

  it("are left out of account in a second count of misread digits, and stay as they are", async () => {
    await open();
    await lab.ask({ command: "start", settings: settingsOf("batchnorm", { ...settings, epochs: 3 }) });
    await until("done");
    const measures = async (): Promise<Answer<"measures">["runs"]> =>
      ((await lab.ask({ command: "measures", runs: [1] })) as Answer<"measures">).runs;
    const [measured] = await measures();
    expect(measured?.own?.still).toBeLessThan((measured?.misread.still ?? 0) - 0.2);
    const { test } = (await hello()).runs[0] ?? {};
    const { runs } = (await lab.ask({ command: "robustness", by: "shift" })) as Answer<"robustness">;
    expect(runs[0]?.wrong[0]).toBe(Math.round(400 * (1 - (test?.accuracy ?? 0))));
  });

  it("are told to have caught up by how a trained network reads without them", () => {
    const check = (accuracy: number, own?: number) => ({
      step: 1,
      loss: 0,
      accuracy,
      ...(own !== undefined && { own: { loss: 0, accuracy: own } }),
    });
    expect(hasCaughtUp(undefined)).toBe(false);
    expect(hasCaughtUp(check(0.3, 0.95))).toBe(false);
    expect(hasCaughtUp(check(0.1, 0.1))).toBe(false);
    expect(hasCaughtUp(check(0.95, 0.955))).toBe(true);
    // It had before.
    expect(hasCaughtUp(check(0.9))).toBe(true);
  });
});

it("the averages of digits give what training gives for them as one batch", async () => {
  const runtime = await nodeRuntime({ threads: 1 });
  const model = networkOf(settingsOf("batchnorm"), { runtime });
  const values = Float32Array.from({ length: 16 * 784 }, (_, i) => Math.sin(i * i) ** 2);
  const digits = tensor("float32", [16, 28, 28, 1], values);
  const before = model.getWeights();
  const answers = await readByOwnAverages(model, digits);
  const bytesOf = (weights: readonly Float32Array[]): Buffer[] =>
    weights.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
  const after = bytesOf(model.getWeights());
  expect(bytesOf(before).every((bytes, i) => bytes.equals(after[i] as Buffer))).toBe(true);
  // The loss of a training step is computed with the batch's averages, before anything is learned.
  const labels = tensor(
    "float32",
    [16, 10],
    Float32Array.from({ length: 160 }, (_, i) => (i % 10 === Math.floor(i / 10) % 10 ? 1 : 0)),
  );
  const { loss } = await model.trainOnBatch(digits, labels);
  expect(
    scoreOf(
      answers,
      Array.from({ length: 16 }, (_, i) => i % 10),
    ).loss,
  ).toBeCloseTo(loss as number, 4);
  await model.dispose();
});
