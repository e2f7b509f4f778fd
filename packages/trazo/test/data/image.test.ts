import { readFile, writeFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { readDigitImage } from "../../src/data/image.js";
import type { ImageDataset } from "../../src/data/labeled-images.js";
import { TrazoError } from "../../src/errors.js";
import { loadMnist } from "../../src/node/data/mnist.js";
import { temporaryFolder } from "./temporary-folder.js";

const folder = temporaryFolder();
let mnist: ImageDataset;
beforeAll(async () => {
  mnist = await loadMnist();
});

describe("readDigitImage", () => {
  it("takes an MNIST picture as it is", async () => {
    const file = await save(
      "mnist.png",
      sharp(digit(3), { raw: { width: 28, height: 28, channels: 1 } }).png(),
    );
    const read = await readDigitImage(file);
    expect(read.dtype).toBe("uint8");
    expect(read.shape).toEqual([1, 28, 28, 1]);
    expect([...read.data]).toEqual([...digit(3)]);
  });

  it.each([
    ["large and dark on light", 0, (s: Sharp) => s.resize(280, 280, { kernel: "cubic" }).negate()],
    ["large and light on dark", 1, (s: Sharp) => s.resize(280, 280, { kernel: "cubic" })],
    ["of its own size but dark on light", 2, (s: Sharp) => s.negate()],
    [
      "off center on a wide page",
      3,
      (s: Sharp) =>
        s
          .resize(140, 140, { kernel: "cubic" })
          .extend({ left: 300, right: 40, top: 10, bottom: 90, background: "black" })
          .negate(),
    ],
    ["gray on gray", 4, (s: Sharp) => s.resize(200, 200, { kernel: "cubic" }).negate().linear(0.5, 60)],
  ])("brings a digit back that is %s", async (name, index, change) => {
    const original = digit(index);
    // In two steps, for sharp would reorder the operations.
    const base = await sharp(original, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toBuffer();
    const file = await save(`${name}.png`, change(sharp(base)).png());
    const read = await readDigitImage(file);
    expect(similarity(read.data, original)).toBeGreaterThan(0.95);
    expect(Math.max(...read.data)).toBe(255);
    expect(read.data[0]).toBe(0);
  });

  it("reads a JPEG photograph's grain as paper", async () => {
    const base = await sharp(digit(5), { raw: { width: 28, height: 28, channels: 1 } })
      .resize(280, 280, { kernel: "cubic" })
      .negate()
      .jpeg({ quality: 40 })
      .toBuffer();
    await writeFile(folder.path("photo.jpg"), base);
    const read = await readDigitImage(folder.path("photo.jpg"));
    expect(similarity(read.data, digit(5))).toBeGreaterThan(0.95);
  });

  it.each([
    ["dark", 0],
    ["light", 255],
  ])("reads %s ink on transparency", async (name, level) => {
    const ink = await sharp(digit(6), { raw: { width: 28, height: 28, channels: 1 } })
      .resize(112, 112, { kernel: "cubic" })
      .toColourspace("b-w")
      .raw()
      .toBuffer();
    const rgba = new Uint8Array(112 * 112 * 4);
    for (const [i, value] of ink.entries()) rgba.set([level, level, level, value], 4 * i);
    const file = await save(
      `${name}-ink.png`,
      sharp(rgba, { raw: { width: 112, height: 112, channels: 4 } }).png(),
    );
    expect(similarity((await readDigitImage(file)).data, digit(6))).toBeGreaterThan(0.95);
  });

  it("fits the ink into 20×20 with its proportions and centers its mass", async () => {
    // A bar 4 times as high as wide, in a corner.
    const page = new Uint8Array(200 * 200).fill(255);
    for (let y = 20; y < 180; y++) page.fill(0, y * 200 + 5, y * 200 + 45);
    const file = await save("bar.png", sharp(page, { raw: { width: 200, height: 200, channels: 1 } }).png());
    const { data } = await readDigitImage(file);
    const inked = [...data.keys()].filter((i) => data[i] !== 0);
    const columns = new Set(inked.map((i) => i % 28));
    const rows = new Set(inked.map((i) => Math.floor(i / 28)));
    expect(rows.size).toBe(20);
    expect(columns.size).toBe(5);
    expect(Math.min(...columns)).toBe(12); // 12 … 16: around pixel 14, where MNIST has its center of mass
    expect(inked.every((i) => data[i] === 255)).toBe(true);
  });

  it("reads a photograph of many pixels", async () => {
    const base = await sharp(digit(9), { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toBuffer();
    const file = await save(
      "photograph.jpg",
      sharp(base).resize(2600, 2600, { kernel: "cubic" }).negate().jpeg(),
    );
    expect(similarity((await readDigitImage(file)).data, digit(9))).toBeGreaterThan(0.95);
  });

  it.each(["webp", "gif", "avif"] as const)("reads %s", async (format) => {
    const base = await sharp(digit(5), { raw: { width: 28, height: 28, channels: 1 } })
      .resize(280, 280, { kernel: "cubic" })
      .negate()
      .toFormat(format)
      .toBuffer();
    await writeFile(folder.path(`five.${format}`), base);
    expect(similarity((await readDigitImage(folder.path(`five.${format}`))).data, digit(5))).toBeGreaterThan(
      0.95,
    );
  });

  it.each([
    [32, 1],
    [28, 3],
  ] as const)(
    "crops and centers digits for networks of %i pixels per side and %i channels",
    async (side, channels) => {
      const small = await sharp(digit(2), { raw: { width: 28, height: 28, channels: 1 } })
        .negate()
        .resize(100, 100)
        .png()
        .toBuffer();
      const page = sharp({ create: { width: 300, height: 200, channels: 3, background: "white" } });
      const file = await save(
        `page-${side}-${channels}.png`,
        page.composite([{ input: small, left: 10, top: 60 }]).png(),
      );
      const { shape, data } = await readDigitImage(file, { height: side, width: side, channels });
      expect(shape).toEqual([1, side, side, channels]);
      const gray = data.filter((_, i) => i % channels === 0);
      const like = await sharp(gray, { raw: { width: side, height: side, channels: 1 } })
        .resize(28, 28)
        .toColourspace("b-w")
        .raw()
        .toBuffer();
      // Half a pixel off, in the middle of an even number.
      expect(similarity(like, digit(2))).toBeGreaterThan(0.85);
      if (channels === 3) expect([...data].every((value, i) => value === gray[Math.floor(i / 3)])).toBe(true);
    },
  );

  it("obeys invert", async () => {
    const file = await save(
      "mnist-7.png",
      sharp(digit(7), { raw: { width: 28, height: 28, channels: 1 } }).png(),
    );
    const plain = { mnistStyle: false } as const;
    expect([...(await readDigitImage(file, { ...plain, invert: false })).data]).toEqual([...digit(7)]);
    expect([...(await readDigitImage(file, { ...plain, invert: true })).data]).toEqual(
      [...digit(7)].map((x) => 255 - x),
    );
    expect([...(await readDigitImage(file, { ...plain, invert: "auto" })).data]).toEqual([...digit(7)]);
  });

  it("stretches to other sizes, in color too", async () => {
    const file = await save(
      "color.png",
      sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 200, g: 100, b: 50 } } }).png(),
    );
    const read = await readDigitImage(file, { height: 16, width: 8, channels: 3 });
    expect(read.shape).toEqual([1, 16, 8, 3]);
    for (let i = 0; i < read.data.length; i += 3)
      expect([...read.data.subarray(i, i + 3)]).toEqual([200, 100, 50]);
    const gray = await readDigitImage(file, { height: 4, width: 4 });
    expect(gray.shape).toEqual([1, 4, 4, 1]);
    expect(new Set(gray.data)).toEqual(new Set([Math.round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)]));
  });

  it("averages when it shrinks and interpolates when it grows", async () => {
    const pixels = Uint8Array.of(0, 100, 200, 100);
    const file = await save("four.png", sharp(pixels, { raw: { width: 4, height: 1, channels: 1 } }).png());
    const small = await readDigitImage(file, { width: 2, height: 1, invert: false });
    expect([...small.data]).toEqual([50, 150]);
    const large = await readDigitImage(file, { width: 8, height: 1, invert: false });
    expect([...large.data]).toEqual([0, 25, 75, 125, 175, 175, 125, 100]);
  });

  it("turns a photograph as its EXIF says", async () => {
    const page = new Uint8Array(60 * 60 * 3).fill(255);
    for (let x = 20; x < 40; x++) page.fill(0, (5 * 60 + x) * 3, (5 * 60 + x) * 3 + 3);
    const raw = { raw: { width: 60, height: 60, channels: 3 as const } };
    // Orientation 6: shown turned by 90 degrees clockwise, so the flat line stands.
    const file = await save(
      "turned.jpg",
      sharp(page, raw).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }),
    );
    const { data } = await readDigitImage(file);
    const rows = new Set(
      [...data.keys()].filter((i) => (data[i] as number) > 100).map((i) => Math.floor(i / 28)),
    );
    expect(rows.size).toBeGreaterThanOrEqual(18);
  });

  it("refuses what it cannot read, naming the file", async () => {
    const png = await sharp(digit(0), { raw: { width: 28, height: 28, channels: 1 } })
      .resize(300, 300)
      .png()
      .toBuffer();
    await writeFile(folder.path("cut.png"), png.subarray(0, png.length >> 1));
    await writeFile(folder.path("text.png"), "not a picture");
    await writeFile(folder.path("empty.png"), "");
    await save(
      "white.png",
      sharp({ create: { width: 50, height: 50, channels: 3, background: "white" } }).png(),
    );
    await save(
      "other.tiff",
      sharp({ create: { width: 50, height: 50, channels: 3, background: "white" } }).tiff(),
    );
    const cases: [string, RegExp][] = [
      ["cut.png", /cut\.png cannot be read; it may be damaged/],
      ["text.png", /text\.png is not a picture in a supported format \(PNG, JPEG, WebP/],
      ["empty.png", /empty\.png is not a picture in a supported format/],
      ["missing.png", /missing\.png: there is no such file/],
      ["white.png", /white\.png shows nothing/],
      ["other.tiff", /other\.tiff is not a picture in a supported format/],
    ];
    for (const [name, message] of cases) {
      const reading = readDigitImage(folder.path(name));
      await expect(reading, name).rejects.toThrow(message);
      await expect(reading, name).rejects.toBeInstanceOf(TrazoError);
    }
  });

  it("refuses a picture of too many pixels before decoding it", async () => {
    const bytes = await readFile(
      await save("small.png", sharp(digit(0), { raw: { width: 28, height: 28, channels: 1 } }).png()),
    );
    bytes.writeUInt32BE(30_000, 16);
    bytes.writeUInt32BE(30_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    await writeFile(folder.path("huge.png"), bytes);
    await expect(readDigitImage(folder.path("huge.png"))).rejects.toThrow(
      /huge\.png is too large: it is 30000×30000 pixels, and at most 16384 per side/,
    );
  });

  it("says so when light ink was asked for and there is none", async () => {
    const page = new Uint8Array(40 * 40).fill(255);
    page.fill(0, 800, 830);
    const file = await save("dark.png", sharp(page, { raw: { width: 40, height: 40, channels: 1 } }).png());
    await expect(readDigitImage(file, { invert: false })).rejects.toThrow(
      /no light ink on a dark background/,
    );
  });

  it.each([{ height: 0 }, { width: 2.5 }, { height: 5000 }])("refuses the options %j", async (options) => {
    await expect(readDigitImage("unread.png", options)).rejects.toThrow(TrazoError);
  });
});

function digit(index: number): Uint8Array {
  return mnist.test.images.data.slice(index * 784, (index + 1) * 784);
}

async function save(name: string, picture: Sharp): Promise<string> {
  const file = folder.path(name);
  await picture.toFile(file);
  return file;
}

/** Cosine of the angle between two images: 1 when they differ in strength only. */
function similarity(a: Uint8Array, b: Uint8Array): number {
  const dot = (x: Uint8Array, y: Uint8Array) =>
    x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
