import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { layers, sequential } from "trazo";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { writeTinyMnist } from "./tiny-mnist.js";

const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const { path } = temporaryFolder();

beforeAll(async () => {
  await writeTinyMnist(path("tiny"));
  await sequential([
    layers.input({ shape: [28, 28, 1] }),
    layers.flatten(),
    layers.dense({ units: 10 }),
  ]).save(path("model.keras"));
});

describe("the output of a command", () => {
  it.skipIf(!existsSync("/dev/full"))("that finds the disk full ends it with 1 and a word", () => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [program, "summary", path("model.keras")], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^trazo: .*ENOSPC.*disk full\?\n$/);
  });

  it("that nobody reads any more does not end a training", async () => {
    const args = ["train", "--data", path("tiny"), "--epochs", "2", "--threads", "1", "--out", path("run")];
    const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const closed = once(child, "close");
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    await once(child.stdout, "data");
    child.stdout.destroy();
    expect(await closed).toEqual([0, null]);
    expect(stderr).toBe("");
    expect(existsSync(path("run/best_model.h5"))).toBe(true);
  });
});
