import { describe, expect, it } from "vitest";
import { tensor } from "../../trazo/src/index.js";
import { workingOf } from "../src/lab/inside.js";
import { keptMoment } from "../src/page/state/runs.js";
import { fromBase64 } from "../src/protocol/base64.js";
import type { RunRecord } from "../src/protocol/messages.js";

const run = (status: RunRecord["status"], ...moments: number[]): RunRecord => ({ status, moments }) as never;

describe("the moment that an address asks for", () => {
  it("is awaited while a run may still get there, and is the last one kept up to it", () => {
    expect(keptMoment(run("running", 0, 25), 50)).toBe("later");
    expect(keptMoment(run("running", 0, 25, 50), 50)).toBe(50);
    expect(keptMoment(run("running", 0, 50, 100), 75)).toBe(50);
    expect(keptMoment(run("waiting"), 0)).toBe("later");
    expect(keptMoment(run("done", 0, 50), 5000)).toBe(50);
    expect(keptMoment(run("done"), 50)).toBeUndefined();
  });
});

describe("the neurons that work", () => {
  it("are those that respond to a digit", () => {
    const given = tensor("float32", [2, 3], Float32Array.of(0, 0.5, 2, 0, 0, 3));
    const { shares, silent } = workingOf(given, 2);
    const [never = 1, once = 0, always = 0] = fromBase64(shares);
    expect([silent, never]).toEqual([1, 0]);
    expect(once).toBeGreaterThan(0);
    expect(always).toBeGreaterThan(once);
  });
});
