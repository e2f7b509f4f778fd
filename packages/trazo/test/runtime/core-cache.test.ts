import { expect, it } from "vitest";
import { blockBytes } from "../../src/node/runtime/core-cache.js";

it("a block may fill half of the cache that a core has to itself, as far as the system tells and within limits", () => {
  const kiB = (text: string): number => blockBytes(() => text) / 2 ** 10;
  expect(kiB("1024K\n")).toBe(512);
  expect(kiB("2M\n")).toBe(1024);
  expect(kiB("4M\n")).toBe(1024);
  expect(kiB("256K\n")).toBe(256);
  expect(kiB("")).toBe(256);
  expect(kiB("much\n")).toBe(256);
});
