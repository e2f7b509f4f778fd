import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeFileAtomically } from "../../trazo/src/node/files/atomic-file.js";
import type { Problem } from "../src/page/state/problem.js";
import { type Language, language, languageCodes } from "../src/page/texts/index.js";
import { failureText, problemText } from "../src/page/ui/problem-text.js";
import { failureOf, Refused, refusalOf } from "../src/protocol/refusals.js";

/** One of each kind. */
const problems: { readonly [Kind in Problem["kind"]]: Extract<Problem, { readonly kind: Kind }> } = {
  noRun: { kind: "noRun", run: 71 },
  noNetworkYet: { kind: "noNetworkYet", run: 71 },
  networkGone: { kind: "networkGone", run: 71, kept: 24 },
  noMoment: { kind: "noMoment", run: 71, step: 350 },
  otherLayers: { kind: "otherLayers" },
  noDigit: { kind: "noDigit", index: 10_500, count: 10_000 },
  noPictureNetwork: { kind: "noPictureNetwork" },
  otherPictures: { kind: "otherPictures", side: 64, channels: 3 },
  noDigits: { kind: "noDigits" },
  notLoaded: { kind: "notLoaded" },
  restarted: { kind: "restarted" },
  dead: { kind: "dead" },
  pageDead: { kind: "pageDead" },
  broken: { kind: "broken" },
  tooManyPages: { kind: "tooManyPages", most: 200 },
  unreachable: { kind: "unreachable" },
  other: { kind: "other", message: "MESSAGE" },
  unreadable: { kind: "unreadable", name: "cat.heic" },
  huge: { kind: "huge", name: "cat.png", most: 50_000_000 },
  picturesGone: { kind: "picturesGone" },
};

function inLanguage(code: Language): void {
  const before = language.value;
  onTestFinished(() => {
    language.value = before;
  });
  language.value = code;
}

describe.each(languageCodes)("in %s", (code) => {
  it.each(Object.values(problems))("a problem is said with all that it knows: $kind", (problem) => {
    inLanguage(code);
    const text = problemText(problem);
    expect(text).not.toMatch(/[{}]|undefined/);
    const { run, index, name, message } = { run: "", index: "", name: "", message: "", ...problem };
    for (const known of [run, index, name, message]) expect(text).toContain(String(known));
  });

  it.each(["full", "readOnly", "folderGone", "memory"] as const)("a failure says what to do: %s", (kind) => {
    inLanguage(code);
    expect(failureText({ kind })).toMatch(/: \w/);
  });
});

it("a digit that is not there is refused with the last that is", () => {
  inLanguage("en");
  expect(problemText(problems.noDigit)).toBe("There is no test digit 10500. Choose one from 0 to 9999.");
});

describe("what was thrown", () => {
  it("is a refusal where the engine knows why, and otherwise what it says itself", () => {
    expect(refusalOf(new Refused({ kind: "noRun", run: 3 }))).toEqual({ kind: "noRun", run: 3 });
    expect(refusalOf(new Error("It rains."))).toEqual({ kind: "other", message: "It rains." });
  });

  it("is a failure of the disk or the memory, however deep that lies", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    expect(failureOf(new Error("It could not be written.", { cause: full }))).toEqual({ kind: "full" });
    const folder = mkdtempSync(join(tmpdir(), "trazo-refusals-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "file"), "");
    const thrown = await writeFileAtomically(join(folder, "file", "below"), "").catch((error) => error);
    expect(failureOf(thrown)).toEqual({ kind: "readOnly" });
    const tooLarge = (): Error => {
      try {
        return new Error(String(new ArrayBuffer(2 ** 53 - 1)));
      } catch (error) {
        return error as Error;
      }
    };
    expect(failureOf(new Error("No room.", { cause: tooLarge() }))).toEqual({ kind: "memory" });
    expect(failureOf(new RangeError("Maximum call stack size exceeded"))).toMatchObject({ kind: "other" });
  });
});
