import { describe, expect, it } from "vitest";
import { imageKind } from "../../../src/data/image-kind.js";
import { plainSize } from "../../../src/data/plain-header.js";
import { decodeSmall } from "../../../src/node/data/small-picture.js";
import fixtures from "../../fixtures/images.json" with { type: "json" };

const files = fixtures.decoded.map((one) => {
  const bytes = new Uint8Array(Buffer.from(one.file, "base64"));
  return { ...one, bytes, kind: imageKind(bytes) ?? "bmp" };
});

const decode = (bytes: Uint8Array) => {
  const kind = imageKind(bytes) ?? "bmp";
  return decodeSmall(bytes, kind, plainSize(bytes, kind));
};

const fast = [
  "jpeg, color",
  "jpeg, gray",
  "png, color",
  "png, gray",
  "png, gray and opacity",
  "png, opacity",
  "png, palette",
];

describe("small pictures of common kinds", () => {
  it.each(files.filter(({ name }) => fast.includes(name)))(
    "are decoded on the spot to PIL's pixels: $name",
    async ({ bytes, shape, pixels }) => {
      const image = await decode(bytes);
      expect([image?.height, image?.width]).toEqual(shape.slice(0, 2));
      const { channels = 3, data = [] } = image ?? {};
      const colors = Uint8Array.from(data).filter((_, i) => i % channels < 3);
      expect(Buffer.from(colors).toString("base64")).toBe(pixels);
    },
  );

  it.each(
    files.filter(
      ({ kind, name }) => !["png", "jpeg"].includes(kind) || /turned|16|progressive|cmyk/i.test(name),
    ),
  )("are left to sharp where they are special: $name", async ({ bytes }) => {
    expect(await decode(bytes)).toBeUndefined();
  });

  it.each(files.filter(({ name }) => fast.includes(name)))(
    "are left to sharp where they are damaged: $name",
    async ({ bytes }) => {
      for (const length of [30, bytes.length >> 1, bytes.length - 3])
        expect(await decode(bytes.subarray(0, length))).toBeUndefined();
      if (imageKind(bytes) !== "png") return;
      const changed = bytes.slice();
      changed[bytes.length - 20] = (changed[bytes.length - 20] as number) ^ 1;
      expect(await decode(changed)).toBeUndefined();
    },
  );
});
