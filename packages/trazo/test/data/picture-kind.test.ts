import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { pictureKind } from "../../src/data/picture-kind.js";

const blank = () => sharp({ create: { width: 16, height: 16, channels: 3, background: "white" } });

describe("pictureKind", () => {
  it.each(["png", "jpeg", "webp", "gif", "avif"] as const)("recognizes a %s file", async (kind) => {
    expect(pictureKind(await blank().toFormat(kind).toBuffer())).toBe(kind);
  });

  it("recognizes an AVIF file by a compatible brand", () => {
    const box = "\0\0\0\x20ftypmif1\0\0\0\0mif1avifmiafMA1B";
    expect(pictureKind(Buffer.from(box, "latin1"))).toBe("avif");
  });

  it.each<readonly [what: string, bytes: Uint8Array]>([
    ["an SVG file", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ["a PDF file", Buffer.from("%PDF-1.7\n")],
    ["a HEIC file", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1")],
    ["an AVIF brand behind the box", Buffer.from("\0\0\0\x14ftypheic\0\0\0\0mif1avif", "latin1")],
    ["the version of the brand", Buffer.from("\0\0\0\x14ftypheicavifmif1", "latin1")],
    ["a file in RIFF that is no picture", Buffer.from("RIFF\x24\0\0\0WAVEfmt ", "latin1")],
    ["text", Buffer.from("PNG")],
    ["no bytes", new Uint8Array(0)],
    ["a few zeros", new Uint8Array(3)],
  ])("does not take %s for a picture", (_, bytes) => {
    expect(pictureKind(bytes)).toBeUndefined();
  });

  it("does not take a TIFF file for a picture", async () => {
    expect(pictureKind(await blank().tiff().toBuffer())).toBeUndefined();
  });
});
