import { describe, expect, it } from "vitest";
import { en } from "../src/page/texts/en.js";
import { es } from "../src/page/texts/es.js";
import { counted, decimal, fixed, percent } from "../src/page/texts/index.js";

/** Every text of a language by where it stands. */
function textsOf(part: object, path = ""): [path: string, text: string][] {
  return Object.entries(part).flatMap(([name, value]) =>
    typeof value === "string"
      ? [[`${path}${name}`, value] as [string, string]]
      : textsOf(value as object, `${path}${name}.`),
  );
}

const placesOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe("the page's texts", () => {
  it("are there in both languages, with the same places to fill", () => {
    const spanish = new Map(textsOf(es));
    const english = textsOf(en);
    expect([...spanish.keys()]).toEqual(english.map(([path]) => path));
    for (const [path, text] of english) {
      expect(text.trim(), path).not.toBe("");
      expect(spanish.get(path)?.trim(), path).not.toBe("");
      expect(placesOf(spanish.get(path) ?? ""), path).toEqual(placesOf(text));
    }
  });
});

it("writes numbers below zero with a minus sign, not with a hyphen", () => {
  const written = [counted(-8), decimal(-0.25), fixed(-0.12), percent(-0.5, 0)];
  expect(written.map((text) => text[0])).toEqual(["\u2212", "\u2212", "\u2212", "\u2212"]);
  expect(fixed(-0.001)).not.toMatch(/[-\u2212]/);
});
