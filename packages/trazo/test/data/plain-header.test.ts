import { describe, expect, it } from "vitest";
import { imageKind } from "../../src/data/image-kind.js";
import { plainSize } from "../../src/data/plain-header.js";
import fixtures from "../fixtures/images.json" with { type: "json" };

describe("plainSize", () => {
  it.each(fixtures.decoded.filter(({ name }) => /^(png|jpeg)/.test(name)))(
    "$name: as decoded, or nothing",
    ({ name, file, shape }) => {
      const bytes = new Uint8Array(Buffer.from(file, "base64"));
      const size = plainSize(bytes, imageKind(bytes) as "png");
      if (/cmyk/i.test(name)) return expect(size).toBeUndefined();
      // Turned by the camera's orientation, sides may be the other way round.
      expect([size?.height, size?.width].sort()).toEqual(shape.slice(0, 2).sort());
    },
  );

  it("asks the decoder about what is cut off, and about other formats", () => {
    for (const { file } of fixtures.decoded) {
      const bytes = new Uint8Array(Buffer.from(file, "base64"));
      expect(plainSize(bytes.subarray(0, 12), "png")).toBeUndefined();
      expect(plainSize(bytes.subarray(0, 12), "jpeg")).toBeUndefined();
      expect(plainSize(bytes, "webp")).toBeUndefined();
    }
  });
});
