import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { trazo } from "../../cli/test/command.js";
import { relabel, writeTinyMnist } from "../../cli/test/tiny-mnist.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { environmentOf } from "../src/runs/environment.js";
import { listRuns, readRun } from "../src/runs/run-folder.js";

const { path } = temporaryFolder();
const data = (name = "tiny"): string[] => ["--data", path(name), "--threads", "1"];

/** A copy of the run, with fields of one of its files changed. */
function copyWith(name: string, file: string, change: (json: Record<string, unknown>) => unknown): string {
  cpSync(path("runs/one"), path(name), { recursive: true });
  const json = JSON.parse(readFileSync(path(`${name}/${file}`), "utf8"));
  writeFileSync(path(`${name}/${file}`), JSON.stringify(change(json)));
  return path(name);
}

beforeAll(async () => {
  await writeTinyMnist(path("tiny"));
  await writeTinyMnist(path("other"), 300);
  await trazo(["train", ...data(), "--epochs", "1", "--out", path("runs/one")]);
});

describe("a run's folder", () => {
  it("is found in a folder, and one level deeper", async () => {
    const { stdout, code } = await trazo(["runs", path(".")]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/runs\/one {2}base, seed 42, 1\/1 epochs: val \d+\.\d\d % \(epoch 1\), test \d/);
  });

  it.each([
    ["config.json", "null", /config\.json: expected an object, but found null/],
    ["config.json", '{"technique":"base"}', /config\.json/],
    ["result.json", "{}", /result\.json, "test": expected an object, but found missing/],
    ["history.jsonl", "null\n", /history\.jsonl, line 1: expected an object, but found null/],
    ["history.jsonl", "", /result\.json: "bestEpoch" must be an integer/],
  ])("with a %s that is %j is reported, naming the place", (file, text, message) => {
    cpSync(path("runs/one"), path("bad"), { recursive: true });
    writeFileSync(path(`bad/${file}`), text);
    expect(() => readRun(path("bad"))).toThrow(message);
  });

  it("that cannot be read does not hide the others", async () => {
    cpSync(path("runs/one"), path("many/good"), { recursive: true });
    mkdirSync(path("many/folder/config.json"), { recursive: true });
    symlinkSync(path("nowhere"), path("many/dangling"));
    writeFileSync(path("many/file"), "");
    const { runs, unreadable } = listRuns(path("many"));
    expect(runs.map(({ folder }) => folder)).toEqual([path("many/good")]);
    expect(unreadable).toEqual([expect.stringContaining("config.json cannot be read: it is a folder")]);
    const listed = await trazo(["runs", path("many")]);
    expect(listed.code).toBe(1);
    expect(listed.stdout).toContain("many/good");
    expect(() => listRuns(path("many/file"))).toThrow("it is a file, not a folder");
  });
});

describe("trazo compare", () => {
  const compare = (...args: string[]) => trazo(["compare", ...args, "--out", path("report")]);

  it("refuses runs that do not belong together, with the difference", async () => {
    const one = path("runs/one");
    const longer = copyWith("longer", "config.json", (json) => ({ ...json, seed: 1, epochs: 9 }));
    const twice = await compare(one, one, ...data());
    expect(twice.stderr).toContain("are both base, seed 42: a repeat is not another seed");
    expect((await compare(one, longer, ...data())).stderr).toMatch(/epochs: 9 there, 1 in .*runs\/one/);
    const elsewhere = await compare(one, ...data("other"));
    expect(elsewhere.stderr).toMatch(/images\.train: 256 there, 240 loaded now/);
    expect([twice.code, elsewhere.code]).toEqual([1, 1]);
  });

  it("takes the same images from wherever they lie", async () => {
    cpSync(path("tiny"), path("moved"), { recursive: true });
    expect(await compare(path("runs/one"), ...data("moved"))).toMatchObject({ code: 0, stderr: "" });
  });

  it("shows where and with what the runs were made, not the comparison", async () => {
    const change = { seed: 1, machine: "a calculating machine", software: ["trazo 0.0.9"] };
    const other = copyWith("old", "config.json", (json) => ({ ...json, ...change }));
    const runs = [readRun(path("runs/one")), readRun(other)];
    expect(environmentOf(runs).machines).toEqual([
      `${runs[0]?.config.machine} (one)`,
      "a calculating machine (old)",
    ]);
    const { stdout } = await compare(path("runs/one"), other, ...data());
    expect(stdout).toContain("Note: the runs used different machines or software");
    const page = readFileSync(path("report/report.html"), "utf8");
    expect(page).toContain("a calculating machine (old)");
    expect(page).toContain("trazo 0.0.9 (old)");
  });
});

describe("trazo practice", () => {
  it("refuses images that the networks cannot read before it writes anything", async () => {
    cpSync(path("tiny"), path("twelve"), { recursive: true });
    relabel(path("twelve"), (label) => label + 2);
    const args = ["practice", "--only", "base", "--epochs", "1", "--out", path("fresh")];
    const { code, stderr } = await trazo([...args, ...data("twelve")]);
    expect(code).toBe(1);
    expect(stderr).toContain("the data has 12 classes, the network 10");
    expect(listRuns(path("fresh"))).toEqual({ runs: [], unreadable: [] });
  });
});
