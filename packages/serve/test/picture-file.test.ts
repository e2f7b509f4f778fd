import { crc32 } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { tamePicture } from "../src/picture-file.js";

const picture = async (
  width: number,
  height: number,
  format: "png" | "jpeg" | "webp" | "gif" | "avif" | "tiff",
): Promise<Uint8Array> =>
  Uint8Array.from(
    await sharp({ create: { width, height, channels: 3, background: "#357" } })
      .toFormat(format)
      .toBuffer(),
  );

describe("tamePicture", () => {
  it("leaves small pictures as they are", async () => {
    const png = await picture(512, 300, "png");
    expect(await tamePicture(png, "a", 28)).toBe(png);
  });

  it("shrinks large ones, keeping their proportions, but not below what the model reads", async () => {
    const photo = await picture(3000, 1500, "jpeg");
    const sizes = [];
    for (const least of [28, 400]) {
      const { width, height } = await sharp(await tamePicture(photo, "a", least)).metadata();
      sizes.push([width, height]);
    }
    expect(sizes).toEqual([
      [512, 256],
      [800, 400],
    ]);
  });

  it("turns a photograph as its camera says before that is lost", async () => {
    const lying = await sharp(await picture(1200, 600, "jpeg"))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { width, height } = await sharp(await tamePicture(lying, "a", 28)).metadata();
    expect([width, height]).toEqual([256, 512]);
  });

  it("makes PNG of WebP, GIF and AVIF, as what reads it later knows only PNG and JPEG", async () => {
    for (const format of ["webp", "gif", "avif"] as const) {
      const bytes = await tamePicture(await picture(40, 20, format), "a", 28);
      const { format: made, width, height } = await sharp(bytes).metadata();
      expect([made, width, height]).toEqual(["png", 40, 20]);
    }
  });

  it("refuses very narrow pictures before they are decoded, as they take many times as long", async () => {
    for (const [width, height, word] of [
      [1, 20_000_000, "tall"],
      [20_000, 3, "wide"],
    ] as const) {
      const thin = await picture(10, 10, "png");
      const view = new DataView(thin.buffer);
      view.setUint32(16, width);
      view.setUint32(20, height);
      view.setUint32(29, crc32(thin.subarray(12, 29)));
      await expect(tamePicture(thin, "c.png", 28)).rejects.toThrow(
        `c.png is too ${word}: ${width}×${height} pixels (limit: 16384 a side)`,
      );
    }
  });

  it("refuses other formats by their first bytes, whatever they are called", async () => {
    const svg = Uint8Array.from(
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    );
    for (const bytes of [await picture(9, 9, "tiff"), svg, new Uint8Array(0)]) {
      await expect(tamePicture(bytes, "b.png", 28)).rejects.toThrow(
        "b.png is not in a supported picture format (PNG, JPEG, WebP, GIF and AVIF).",
      );
    }
  });

  it("refuses a small file of very many pixels before it is decoded", async () => {
    const bomb = await picture(100, 100, "png");
    const view = new DataView(bomb.buffer);
    view.setUint32(16, 60_000);
    view.setUint32(20, 60_000);
    await expect(tamePicture(bomb, "c.png", 28)).rejects.toThrow(
      "c.png is too large: 60000×60000 pixels (limit: 24 million)",
    );
  });

  it("refuses damaged pictures in one line", async () => {
    const cut = (await picture(900, 900, "png")).subarray(0, 300);
    await expect(tamePicture(cut, "d.png", 28)).rejects.toThrow(
      /^d\.png cannot be read; it may be damaged \(.*\)\.$/,
    );
  });
});
