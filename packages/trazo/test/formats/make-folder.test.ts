import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../src/node/files/make-folder.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();
const program = fileURLToPath(new URL("../../../cli/dist/main.js", import.meta.url));

describe("makeFolder", () => {
  it("makes what is missing and leaves what is there", () => {
    mkdirSync(path("there"));
    writeFileSync(path("there/file"), "kept");
    for (let time = 0; time < 2; time++) makeFolder(path("there/one/two"));
    expect(existsSync(path("there/one/two"))).toBe(true);
    expect(existsSync(path("there/file"))).toBe(true);
  });

  it("does not make a folder of a file", () => {
    writeFileSync(path("file"), "");
    expect(() => makeFolder(path("file/below"))).toThrow("ENOTDIR");
    expect(() => makeFolder(path("file"))).toThrow("EEXIST");
  });

  // In a process that can be killed: a loop in the file system's own code hears no signal but this one.
  it.runIf(process.platform === "linux")("gives up where the system makes no folders", () => {
    const args = [program, "train", "--epochs", "1", "--out", "/proc/trazo/run"];
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
    expect(stderr).toBe(
      "trazo: /proc/trazo/run cannot be used: a folder of its path does not exist and cannot be made.\n",
    );
    expect(status).toBe(1);
  });
});
