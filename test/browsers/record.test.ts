import { expect, it } from "vitest";
import { type FileRun, recorded } from "./record.js";

const run: FileRun = {
  browser: "Firefox",
  version: "153.8.0",
  file: "worker.test.ts",
  passed: 7,
  failed: ["pauses"],
  skipped: [],
  date: "2026-11-30",
  machine: "AMD EPYC, Linux",
};

it("the record has a row for each file in each browser, and what failed or was skipped by its name", () => {
  const text = recorded(
    "",
    [{ ...run, browser: "WebKit", failed: [], skipped: ["keeps files (skipped: none)"] }, run],
    "library",
  );
  expect(text).toMatch(/^# The library's tests in browsers\n/);
  expect(text.split("\n").slice(-6)).toEqual([
    "| worker.test.ts | Firefox 153.8.0 | 7 | 1 | 0 | 2026-11-30 | AMD EPYC, Linux |",
    "| worker.test.ts | WebKit 153.8.0 | 7 | 0 | 1 | 2026-11-30 | AMD EPYC, Linux |",
    "",
    "- worker.test.ts in Firefox, failed: pauses",
    "- worker.test.ts in WebKit, skipped: keeps files (skipped: none)",
    "",
  ]);
});

it("a later run replaces what the record has of the same file in the same browser", () => {
  const other = { ...run, file: "other-worker.test.ts" };
  const before = recorded("", [run, other, { ...run, browser: "WebKit" }], "library");
  const after = recorded(before, [{ ...run, version: "154.0", passed: 8, failed: [] }], "library");
  expect(after).toBe(
    recorded(
      "",
      [other, { ...run, browser: "WebKit" }, { ...run, version: "154.0", passed: 8, failed: [] }],
      "library",
    ),
  );
  expect(after).not.toContain("- worker.test.ts in Firefox");
  expect(after).toContain("- other-worker.test.ts in Firefox, failed: pauses");
});
