import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { trazo } from "../../../cli/test/command.js";
import { writeTinyMnist } from "../../../cli/test/tiny-mnist.js";
import { temporaryFolder } from "../../../trazo/test/data/temporary-folder.js";
import type { Robustness } from "../../src/robustness/robustness.js";
import { readRun } from "../../src/runs/run-folder.js";

const { path } = temporaryFolder();
const data = (): string[] => ["--data", path("tiny"), "--threads", "1"];
const run = (): string => path("runs/base-seed42");

/** A copy of the run in which the figures of distorted digits are others. */
function copyWith(name: string, change: (robustness: Robustness) => unknown): string {
  cpSync(run(), path(name), { recursive: true });
  const file = path(`${name}/result.json`);
  const result = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...result, robustness: change(result.robustness) }));
  return path(name);
}

/** The report's table of distorted digits: the accuracies by row. */
function tableIn(page: string): Map<string, string> {
  const section = page.slice(
    page.indexOf('<section id="robustness">'),
    page.indexOf('<section id="techniques">'),
  );
  const rows = section.matchAll(/<tr><th scope="row">([^<]*)<\/th><td>([^<]*)<\/td><\/tr>/g);
  return new Map([...rows].map(([, change = "", accuracy = ""]) => [change, accuracy]));
}

async function compared(folder: string): Promise<Map<string, string>> {
  const out = `${folder}-report`;
  expect(await trazo(["compare", folder, ...data(), "--out", out])).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(join(out, "figures/robustness.png"))).toBe(true);
  return tableIn(readFileSync(join(out, "report.html"), "utf8"));
}

beforeAll(async () => {
  await writeTinyMnist(path("tiny"));
  const args = ["practice", "--only", "base", "--epochs", "1", ...data(), "--out", path("runs")];
  expect(await trazo(args)).toMatchObject({ code: 0, stderr: "" });
});

describe("a practice run's figures of distorted digits", () => {
  it("are kept in its folder, and agree with its test accuracy", () => {
    const { result } = readRun(run());
    const { robustness } = result ?? {};
    expect(robustness?.digits).toBe(64);
    const share = 1 - (robustness?.shift.wrong[0] as number) / 64;
    expect(share).toBeCloseTo(result?.test.accuracy as number, 6);
    expect(robustness?.rotation.wrong[0]).toBe(robustness?.shift.wrong[0]);
  });

  it("are shown in its report, and not measured again by compare", async () => {
    const table = await compared(
      copyWith("kept", (kept) => ({ ...kept, shift: { ...kept.shift, wrong: [1, 2, 4, 8, 16, 32, 64] } })),
    );
    expect(table.get("as they are")).toBe("98.4%");
    expect(table.get("shifted by 4 px")).toBe("75.0%");
    expect(table.get("shifted by 6 px")).toBe("0.0%");
    expect(table.size).toBe(7 + 9 + 6);
  });

  it("are measured by compare for runs of versions that kept none", async () => {
    const own = tableIn(readFileSync(path("runs/report.html"), "utf8"));
    expect(await compared(copyWith("earlier", () => undefined))).toEqual(own);
  });

  it.each([
    ["a text", () => "none", /result\.json, "robustness": expected an object, but found "none"/],
    [
      "a count that is missing",
      (kept: Robustness) => ({ ...kept, shift: { amounts: [0, 1], wrong: [3] } }),
      /"robustness", "shift": expected a count in "wrong" for each of the "amounts"/,
    ],
    [
      "more wrong than there are",
      (kept: Robustness) => ({ ...kept, zoom: { amounts: [1], wrong: [65] } }),
      /"zoom": "wrong" must hold integers from 0 to 64/,
    ],
  ])("are refused where they are %s", (_, change, message) => {
    expect(() => readRun(copyWith("bad", change as (kept: Robustness) => unknown))).toThrow(message);
  });
});
