import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readImage, TrazoError } from "../../../src/index.js";
import fixtures from "../../fixtures/images.json" with { type: "json" };
import { temporaryFolder } from "../temporary-folder.js";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

/** One bit of its pixels is another. */
function flipped(png: Uint8Array): Uint8Array {
  const changed = png.slice();
  changed[100] = (changed[100] as number) ^ 1;
  return changed;
}

function difference(got: Uint8Array, text: string): { most: number; mean: number } {
  const want = bytes(text);
  expect(got).toHaveLength(want.length);
  const differences = Array.from(got, (value, i) => Math.abs(value - (want[i] as number)));
  return {
    most: Math.max(...differences),
    mean: differences.reduce((sum, value) => sum + value, 0) / want.length,
  };
}

describe("readImage decodes to PIL's and TensorFlow's pixels", () => {
  it.each(fixtures.decoded)("$name", async ({ name, file, shape, pixels, gray }) => {
    // Two libraries turn AVIF's luma and chroma to colors with other roundings. Every other format is exact.
    const tolerance = name === "avif" ? { most: 3, mean: 1 } : { most: 0, mean: 0 };
    const image = await readImage(bytes(file));
    expect(image.shape).toEqual([1, ...shape]);
    const inColor = difference(image.data, pixels);
    expect(inColor.most).toBeLessThanOrEqual(tolerance.most);
    expect(inColor.mean).toBeLessThanOrEqual(tolerance.mean);
    const inGray = await readImage(bytes(file), { channels: 1 });
    expect(inGray.shape).toEqual([1, ...shape.slice(0, 2), 1]);
    expect(difference(inGray.data, gray).most).toBeLessThanOrEqual(tolerance.most);
  });
});

describe("readImage resizes", () => {
  it.each(fixtures.rough.resized)(
    "to $size as $by does: $interpolation, antialias $antialias, $fit",
    async ({ size: [height, width], interpolation, antialias, fit, pixels }) => {
      const image = await readImage(bytes(fixtures.rough.file), {
        height,
        width,
        interpolation: interpolation as "bilinear",
        antialias,
        fit: fit as "crop",
      });
      expect(image.shape).toEqual([1, height, width, 3]);
      // PIL rounds between the two axes, TensorFlow looks its cubic kernel up in a table.
      const { most, mean } = difference(image.data, pixels);
      expect(most).toBeLessThanOrEqual(interpolation === "nearest" ? 0 : 1);
      expect(mean).toBeLessThan(0.2);
    },
  );
});

describe("readImage", () => {
  const folder = temporaryFolder();
  const [color, transparent] = ["png, color", "png, opacity"].map(
    (wanted) => fixtures.decoded.find(({ name }) => name === wanted) as (typeof fixtures.decoded)[number],
  ) as [(typeof fixtures.decoded)[number], (typeof fixtures.decoded)[number]];

  it("takes a path, a URL and bytes alike", async () => {
    const path = folder.path("ñandú 鳥.png");
    await writeFile(path, bytes(color.file));
    const fromBytes = await readImage(bytes(color.file));
    expect(await readImage(path)).toEqual(fromBytes);
    const { pathToFileURL } = await import("node:url");
    expect(await readImage(pathToFileURL(path))).toEqual(fromBytes);
  });

  it("shows a background where the picture is transparent", async () => {
    const white = await readImage(bytes(transparent.file), { background: [255, 255, 255] });
    const black = await readImage(bytes(transparent.file), { background: [0, 0, 0] });
    const width = transparent.shape[1] as number;
    expect([...white.data.subarray(0, 3)]).toEqual([255, 255, 255]);
    expect([...black.data.subarray(0, 3)]).toEqual([0, 0, 0]);
    const opaque = 3 * (width - 1);
    const own = bytes(transparent.pixels).subarray(opaque, opaque + 3);
    expect(white.data.subarray(opaque, opaque + 3)).toEqual(own);
    expect(black.data.subarray(opaque, opaque + 3)).toEqual(own);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(), /The picture is empty/],
    ["text", new TextEncoder().encode("label,pixel0"), /not a picture in a supported format \(PNG, JPEG/],
    ["half a picture", bytes(color.file).subarray(0, 112), /may be damaged \(it ends before its last row\)/],
    ["a picture with a wrong bit", flipped(bytes(color.file)), /may be damaged \(a checksum is wrong\)/],
    [
      "a bitmap's beginning",
      bytes(fixtures.decoded.find(({ name }) => name === "bmp, 24 bits")?.file ?? "").subarray(0, 200),
      /may be damaged \(it ends before/,
    ],
  ])("refuses %s", async (_, file, message) => {
    await expect(readImage(file)).rejects.toThrow(message);
    await expect(readImage(file)).rejects.toBeInstanceOf(TrazoError);
  });

  it("refuses a bitmap that claims to be huge before it takes memory for it", async () => {
    const file = bytes(fixtures.decoded.find(({ name }) => name === "bmp, 24 bits")?.file ?? "").slice();
    new DataView(file.buffer).setInt32(18, 2 ** 30, true);
    await expect(readImage(file)).rejects.toThrow(/is too large: it is 1073741824×17 pixels/);
  });

  it.each<[object, RegExp]>([
    [{ height: 5 }, /give height and width, or neither/],
    [{ height: 0, width: 5 }, /height must be a number of pixels from 1 to 4096, but got 0/],
    [{ channels: 4 }, /channels must be 1 or 3, but got 4/],
    [
      { interpolation: "cubic" },
      /interpolation must be "nearest", "bilinear", "bicubic", "lanczos3", "lanczos5" or "area"/,
    ],
    [{ fit: "cover" }, /fit must be "stretch", "crop" or "contain"/],
    [{ background: [0, 0, 256] }, /background must be three numbers from 0 to 255/],
    [{ hight: 5 }, /no option "hight"/],
  ])("refuses %j", async (options, message) => {
    await expect(readImage(bytes(color.file), options)).rejects.toThrow(message);
  });

  it("names a file that is missing", async () => {
    await expect(readImage(folder.path("none.png"))).rejects.toThrow(/none\.png: there is no such file/);
  });
});
