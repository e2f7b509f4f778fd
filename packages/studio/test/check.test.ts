import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../src/protocol/base64.js";
import { checkQuestion, QuestionError } from "../src/protocol/check.js";
import { undistorted } from "../src/protocol/messages.js";
import {
  baseSettings,
  settingsOf,
  techniqueNames,
  techniqueOf,
  trainingKey,
} from "../src/protocol/settings.js";

const drawing = { kind: "drawing", side: 16, pixels: toBase64(new Uint8Array(256).fill(255)) } as const;

describe("questions of a page", () => {
  it("are taken as they are when they are right, without what does not belong to them", () => {
    const watch = { command: "watch", client: "a-1", subject: drawing, distortion: undistorted };
    expect(checkQuestion({ ...watch, more: 1 })).toEqual(watch);
    const start = { command: "start", settings: settingsOf("augmentation"), next: true, first: false };
    expect(checkQuestion(start)).toEqual(start);
  });

  it("are refused with the field that is wrong", () => {
    const start = (part: object) => () =>
      checkQuestion({ command: "start", settings: { ...baseSettings, ...part } });
    expect(start({ dropout: 1.5 })).toThrow(/"dropout" must be a number from 0 to 0.8, but is 1.5/);
    expect(start({ epochs: 2.5 })).toThrow(/"epochs" must be an integer, but is 2.5/);
    expect(start({ batchNorm: "yes" })).toThrow(/"batchNorm" must be true or false/);
    expect(start({ l2: Number.NaN })).toThrow(/"l2"/);
    expect(() => checkQuestion({ command: "eval" })).toThrow(/Unknown command "eval"/);
    expect(() => checkQuestion({ command: "constructor" })).toThrow(/Unknown command/);
    expect(() =>
      checkQuestion({ command: "readAll", subject: { ...drawing, pixels: "AAAA" }, distortion: undistorted }),
    ).toThrow(/"pixels" must be 256 bytes in base64/);
  });

  it("are never anything but a question or a refusal, whatever arrives", () => {
    const commands = ["hello", "start", "watch", "rewind", "digits", "variants", "robustness", "step"];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.record({
            command: fc.constantFrom(...commands),
            settings: fc.anything(),
            subject: fc.anything(),
          }),
        ),
        (given) => {
          try {
            expect(commands.concat("play", "pause", "stop")).toContain(checkQuestion(given).command);
          } catch (error) {
            expect(error).toBeInstanceOf(QuestionError);
          }
        },
      ),
    );
  });
});

describe("settings", () => {
  it("know which of the practice's techniques they are, whatever the seed and the epochs", () => {
    for (const name of techniqueNames) {
      const settings = settingsOf(name, { ...baseSettings, seed: 7, epochs: 3 });
      expect(techniqueOf(settings)).toBe(name);
      expect([settings.seed, settings.epochs]).toEqual([7, 3]);
    }
    expect(techniqueOf({ ...baseSettings, dropout: 0.3 })).toBeUndefined();
    expect(trainingKey({ ...baseSettings, dropout: 0.3, l2: 0.001 })).toBe("l2-0.001_dropout-0.3");
  });
});

it("bytes survive their way as text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
  const many = new Uint8Array(100_000).map((_, i) => i);
  expect(fromBase64(toBase64(many))).toEqual(many);
});
