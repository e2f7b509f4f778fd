import { spawn, spawnSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type Finished, saveSmallNetwork, trazo, weightsDigest } from "../../../cli/test/command.js";
import { writeTinyMnist } from "../../../cli/test/tiny-mnist.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();
const program = fileURLToPath(new URL("../../../cli/dist/main.js", import.meta.url));
const diskFull = new URL("disk-full.mjs", import.meta.url).href;
const train = (out: string, ...model: string[]): string[] => {
  const settings = ["--epochs", "3", "--batch-size", "64", "--threads", "1"];
  return ["train", ...model, "--data", path("tiny"), ...settings, "--out", out];
};
/** A network that is saved in no time, for what does not depend on the size of its state. */
const trainSmall = (out: string): string[] => train(out, path("small.h5"));

interface Outcome {
  readonly csv: string;
  readonly best: string;
}
/** What undisturbed trainings of these settings give. */
let whole: Outcome;
let wholeSmall: Outcome;

const outcome = async (folder: string): Promise<Outcome> => ({
  csv: readFileSync(join(folder, "history.csv"), "utf8"),
  best: await weightsDigest(join(folder, "best_model.h5")),
});

beforeAll(async () => {
  await writeTinyMnist(path("tiny"));
  await saveSmallNetwork(path("small.h5"));
  expect(await trazo(train(path("whole")))).toMatchObject({ code: 0, stderr: "" });
  whole = await outcome(path("whole"));
  expect(await trazo(trainSmall(path("whole-small")))).toMatchObject({ code: 0, stderr: "" });
  wholeSmall = await outcome(path("whole-small"));
});

/** Ended with 1 and a message without a stack trace. */
function expectFailure({ code, stderr }: Finished, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^trazo: /);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
}

/** A shell script that may mount, in a namespace of its own. */
function isolated(script: string, ...args: string[]): Promise<Finished> {
  const child = spawn("unshare", ["-rm", "sh", "-c", script, "sh", ...args]);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

describe("a full disk", () => {
  // The state takes 16 MB, and the one before it as much: the second one does not fit.
  it.skipIf(!canMount)("is reported, and nothing is lost: real, 30 MB", async () => {
    mkdirSync(path("small"));
    const script = `
      mount -t tmpfs -o size=30m none "$1" || exit 99
      node "$2" ${train("$1/run").join(" ")} --save-every 1
      code=$?
      mount -o remount,size=200m "$1" && node "$2" ${train("$1/run").join(" ")} --save-every 1 && cp -r "$1/run" "$3"
      exit $code`;
    const { code, stdout, stderr } = await isolated(script, path("small"), program, path("after-full"));
    expectFailure(
      { code, stdout, stderr },
      /could not be saved in .*: the disk is full. What was saved before is still there/,
    );
    expect(stdout).toMatch(/Resuming with epoch \d of 3/);
    expect(await outcome(path("after-full"))).toEqual(whole);
  });

  it.each([
    ["the first state", 5_000_000],
    ["the best model", 17_000_000],
    ["a later state", 50_000_000],
  ])("is reported, and nothing is lost: injected, at %s", async (_, bytes) => {
    const out = path(`full-${bytes}`);
    const env = { ...process.env, TRAZO_TEST_DISK_BYTES: String(bytes) };
    const full = spawnSync(
      process.execPath,
      ["--import", diskFull, program, ...train(out), "--save-every", "3"],
      {
        env,
        encoding: "utf8",
      },
    );
    expectFailure({ code: full.status, stdout: full.stdout, stderr: full.stderr }, /the disk is full/);
    expect(readdirSync(out).filter((name) => /tmp|new/.test(name))).toEqual([]);
    expect(await trazo([...train(out), "--save-every", "3"])).toMatchObject({ code: 0, stderr: "" });
    expect(await outcome(out)).toEqual(whole);
  });
});

describe("a folder", () => {
  it.skipIf(!canMount)("that is read-only is reported at once", async () => {
    mkdirSync(path("read-only"));
    const script = `
      mount -t tmpfs -o size=1m,ro none "$1" || exit 99
      exec node "$2" ${trainSmall("$1").join(" ")}`;
    expectFailure(
      await isolated(script, path("read-only"), program),
      /read-only cannot be used: the folder is not writable/,
    );
  });

  it("that was removed while training is reported, and training continues from the state saved again", async () => {
    const out = path("vanishing");
    let removed = false;
    const cut = await trazo([...train(out), "--save-every", "1"], (stdout) => {
      if (removed || !stdout.includes("Epoch 1:")) return;
      removed = true;
      // At once: a removal file by file could take what the training saves meanwhile.
      renameSync(out, path("vanished"));
    });
    expectFailure(cut, /was removed, or taken by another process/);
    const { code, stdout } = await trazo([...train(out), "--save-every", "1"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Resuming with epoch \d of 3/);
    expect(readFileSync(join(out, "history.csv"), "utf8")).toBe(whole.csv);
  });

  it("in use by another process is left alone", async () => {
    const out = path("shared");
    let second: Promise<Finished> | undefined;
    const first = await trazo([...train(out), "--epochs", "6"], (stdout) => {
      if (stdout.includes("Epoch 1/6")) second ??= trazo(train(out));
    });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expectFailure(
      (await second) as Finished,
      /shared is in use by process \d+\. Wait for it, stop it, or give another folder/,
    );
  });

  it("whose lock was left by a dead process is taken", async () => {
    const out = path("abandoned");
    let pid = 0;
    const killed = await trazo([...trainSmall(out), "--epochs", "200"], (stdout, kill) => {
      if (!stdout.includes("Epoch 1/200")) return;
      pid ||= JSON.parse(readFileSync(join(out, ".lock"), "utf8")).pid;
      kill("SIGKILL");
    });
    expect(killed.code).toBe(null);
    expect(readFileSync(join(out, ".lock"), "utf8")).toContain(String(pid));
    // The number of the dead one may have been given to another process meanwhile, here to this one.
    const lock = JSON.parse(readFileSync(join(out, ".lock"), "utf8"));
    writeFileSync(join(out, ".lock"), JSON.stringify({ ...lock, pid: process.pid }));
    const { code, stderr } = await trazo(trainSmall(out));
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });
});

describe("a damaged state", () => {
  it("gives way to the one before it, which is said", async () => {
    const out = path("damaged");
    await trazo([...trainSmall(out), "--epochs", "2"]);
    const state = join(out, "state/state.bin");
    truncateSync(state, Math.floor(statSync(state).size / 2));
    const { code, stdout } = await trazo(trainSmall(out));
    expect(stdout).toMatch(/state\.bin is damaged; resuming from the state saved before it/);
    expect(stdout).toContain("Resuming with epoch 2 of 3.");
    expect(code).toBe(0);
    expect(await outcome(out)).toEqual(wholeSmall);
  });
});

describe("a second signal", () => {
  it.each([
    [100, "under npx", 0],
    [700, "under npx", 130],
    [100, "without npm", 130],
  ])("%i ms after the first, %s, ends the process with %i", async (pause, how, exitCode) => {
    const waits = `
      import { catchInterrupts } from ${JSON.stringify(new URL("../../../cli/dist/interrupt.js", import.meta.url).href)};
      import { textIn } from ${JSON.stringify(new URL("../../../cli/dist/text/index.js", import.meta.url).href)};
      catchInterrupts(await textIn("en")).listen();
      setTimeout(() => process.exit(0), 3000);
      process.stdout.write("ready");`;
    const npmCommand = how === "under npx" ? "exec" : undefined;
    const child = spawn(process.execPath, ["--input-type=module", "-e", waits], {
      env: { ...process.env, npm_command: npmCommand },
    });
    child.stdout.once("data", () => {
      child.kill("SIGINT");
      // What comes at once is npm handing on the same Ctrl-C.
      setTimeout(() => child.kill("SIGINT"), pause);
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(exitCode);
  });
});

describe("numbers that are none", () => {
  it("stop training at the step, name the first tensor that went wrong, and keep the best model", async () => {
    const out = path("nan");
    await trazo([...trainSmall(out), "--epochs", "1"]);
    const best = await weightsDigest(join(out, "best_model.h5"));
    const { loadModel } = await import("../../src/index.js");
    const model = await loadModel(join(out, "best_model.h5"));
    const weights = model.getWeights();
    (weights[0] as Float32Array)[22] = Number.NaN;
    model.setWeights(weights);
    await model.save(path("nan.h5"));
    expectFailure(
      await trazo(train(path("nan-run"), path("nan.h5"))),
      /The loss is NaN in epoch 1, step 1, at a learning rate of 0\.001.*the weight dense\/kernel: it holds NaN at \[2, 2\]/,
    );
    expect(readdirSync(path("nan-run"))).not.toContain("best_model.h5");
    expect(await weightsDigest(join(out, "best_model.h5"))).toBe(best);
  });
});
