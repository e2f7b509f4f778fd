import { expect, it } from "vitest";
import { type LibraryPart, preload } from "../../src/web/index.js";

it.each(["training", "kerasFiles"] as const)(
  "the library loads a part before it is needed: %s",
  async (part) => {
    await expect(preload(part)).resolves.toBeUndefined();
  },
);

it("a part that there is not is refused, with those that there are", async () => {
  await expect(preload("toString" as LibraryPart)).rejects.toThrow(
    'preload: part must be "training" or "kerasFiles", but got "toString".',
  );
});
