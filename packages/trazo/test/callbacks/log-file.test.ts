import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();
const module = new URL("../../dist/index.js", import.meta.url).href;

describe("a log file on a disk that fills up", () => {
  it("gets a line whole or not at all, though the disk takes a part of it without an error", () => {
    const script = `
      import fs from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      const { writeSync } = fs;
      let room = 25;
      fs.writeSync = (file, data, offset = 0, length = data.length - offset, position = null) => {
        if (file <= 2) return writeSync(file, data, offset, length, position);
        if (room === 0) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        const taken = Math.min(room, length, 7);
        room -= taken;
        return writeSync(file, Buffer.from(data).subarray(offset, offset + taken), 0, taken, position);
      };
      syncBuiltinESMExports();
      const { callbacks } = await import(${JSON.stringify(module)});
      const log = callbacks.jsonLinesLogger({ filename: ${JSON.stringify(path("log"))} });
      log.onTrainBegin({});
      log.onEpochEnd(0, { loss: 1 });
      try { log.onEpochEnd(1, { loss: 0.5 }); console.log("no error"); } catch (error) { console.log(error.message); }
      console.log(JSON.stringify(fs.readFileSync(${JSON.stringify(path("log"))}, "utf8")));`;
    writeFileSync(path("fill.mjs"), script);
    const { stdout, stderr } = spawnSync(process.execPath, [path("fill.mjs")], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toBe(
      `The log file ${path("log")} cannot be written: the disk is full.\n"{\\"epoch\\":0,\\"loss\\":1}\\n"\n`,
    );
  });
});
