import { describe, expect, it } from "vitest";
import { TrazoError } from "../src/errors.js";
import { layers, sequential } from "../src/index.js";
import { printable } from "../src/printable.js";

describe("text from a file", () => {
  it("is shown without what would steer a terminal", () => {
    expect(printable("a\u001b[2Jb\u009b31m\r\nc\u202ed")).toBe(
      "a\\u001b[2Jb\\u009b31m\\u000d\\u000ac\\u202ed",
    );
    expect(printable("Größe ×2, 数字 🙂")).toBe("Größe ×2, 数字 🙂");
  });

  it("is cut where it is too long", () => {
    expect(printable("abcdef", 3)).toBe("abc…");
    expect(printable("abc", 3)).toBe("abc");
  });

  it("steers nothing from an error's message, which may have several lines but not any length", () => {
    expect(new TrazoError("first \u001b]0;title\u0007\nsecond").message).toBe(
      "first \\u001b]0;title\\u0007\nsecond",
    );
    const { message } = new TrazoError(`begin ${"x".repeat(1e6)} end`);
    expect(message).toMatch(/^begin x+ … x+ end$/);
    expect(message.length).toBeLessThan(2000);
  });

  it("steers nothing from the name of a model or a layer", () => {
    expect(() => sequential([], { name: "m\u0007" })).toThrow(
      'name "m\\u0007": it contains a control character',
    );
    const red = layers.flatten({ name: "\u001b[31mred", inputShape: [2, 2] });
    expect(() => sequential([red])).toThrow('name "\\u001b[31mred": it contains a control character');
  });
});
