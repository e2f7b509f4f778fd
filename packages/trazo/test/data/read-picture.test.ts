import { readFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { digitPictures, type PicturePreparation } from "../../src/data/preparation.js";
import { type ReadPicture, readPicture } from "../../src/data/read-picture.js";
import { loadMnist } from "../../src/node/data/mnist.js";

const { test } = await loadMnist();
/** A seven and a two. */
const [seven, two] = [0, 1].map((i) => test.images.data.slice(i * 784, (i + 1) * 784)) as [
  Uint8Array,
  Uint8Array,
];

const side = 300;

/** A digit, dark, on a white page of 300 by 300. */
async function page(pixels: Uint8Array, size = 200, left = 50, top = 50): Promise<Uint8Array> {
  const input = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
    .resize(size, size, { kernel: "cubic" })
    .negate()
    .png()
    .toBuffer();
  const white = sharp({ create: { width: side, height: side, channels: 3, background: "white" } });
  return gray(white.composite([{ input, left, top }]));
}

async function gray(picture: Sharp): Promise<Uint8Array> {
  const png = await picture.png().toBuffer();
  return await sharp(png).greyscale().toColourspace("b-w").raw().toBuffer();
}

type Change = (x: number, y: number, value: number) => number;

function read(
  pixels: Uint8Array,
  change: Change = (_x, _y, value) => value,
  preparation: PicturePreparation = digitPictures,
): Promise<ReadPicture> {
  const changed = pixels.map((value, i) => change(i % side, Math.floor(i / side), value));
  const png = (): Promise<Uint8Array> =>
    sharp(changed, { raw: { width: side, height: side, channels: 1 } })
      .png()
      .toBuffer();
  return readPicture(png, "page.png", [28, 28, 1], preparation);
}

function similarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe("a digit on a page", () => {
  it("is read without doubts when it stands alone on even paper", async () => {
    const { image, doubts } = await read(await page(seven));
    expect(similarity(image.data, seven)).toBeGreaterThan(0.95);
    expect(doubts).toEqual([]);
  });

  it.each<[string, Change]>([
    ["a scan's dark edge", (x, _y, value) => (x < 8 ? 0 : value)],
    ["a frame", (x, y, value) => (Math.min(x, y, side - 1 - x, side - 1 - y) < 3 ? 0 : value)],
    [
      "a thick frame in gray",
      (x, y, value) => (Math.min(x, y, side - 1 - x, side - 1 - y) < 12 ? 90 : value),
    ],
    ["a table's edge", (x, y, value) => (x + 2 * y > 830 ? 60 : value)],
  ])("is told from %s, which is said", async (_, change) => {
    const { image, doubts } = await read(await page(seven, 170), change);
    expect(similarity(image.data, seven)).toBeGreaterThan(0.93);
    expect(doubts).toEqual([expect.stringContaining("at the picture's edge was left out")]);
  });

  it.each([0.3, 0.5, 0.7])(
    "is read on paper that loses %d of its light from one side to the other",
    async (loss) => {
      const { image, doubts } = await read(await page(two), (x, y, value) =>
        Math.round(value * (1 - (loss * (x + y)) / (2 * side))),
      );
      expect(similarity(image.data, two)).toBeGreaterThan(0.93);
      expect(doubts).toEqual([]);
    },
  );

  it("is read when light falls off towards the corners", async () => {
    const { image } = await read(await page(two), (x, y, value) => {
      const distance = ((x - 150) ** 2 + (y - 150) ** 2) / 45_000;
      return Math.round(value * (1 - 0.6 * distance));
    });
    expect(similarity(image.data, two)).toBeGreaterThan(0.93);
  });

  it("is doubted when there is another beside it, or when it is cut off", async () => {
    const left = await page(seven, 140, 5, 80);
    const right = await page(two, 140, 155, 80);
    const both = left.map((value, i) => Math.min(value, right[i] as number));
    expect((await read(both)).doubts).toEqual([expect.stringContaining("more than one digit")]);
    const cut = (await read(await page(seven, 260, 20, 60))).doubts;
    expect(cut).toEqual([expect.stringContaining("touches the picture's edge")]);
  });

  it("is found beside specks of dust", async () => {
    const { image } = await read(await page(seven, 150, 20, 20), (x, y, value) =>
      x > 280 && x < 284 && y > 280 && y < 284 ? 0 : value,
    );
    expect(similarity(image.data, seven)).toBeGreaterThan(0.95);
  });

  it("is dark on light for a model that was trained on such", async () => {
    const { image } = await read(await page(seven), undefined, { ...digitPictures, ink: "dark" });
    expect(
      similarity(
        image.data.map((value) => 255 - value),
        seven,
      ),
    ).toBeGreaterThan(0.95);
  });
});

describe("a whole picture", () => {
  /** Red, 60 by 20, with a green square in its middle. */
  const flag = async (): Promise<Uint8Array> => {
    const square = await sharp({ create: { width: 20, height: 20, channels: 3, background: "#00ff00" } })
      .png()
      .toBuffer();
    const red = sharp({ create: { width: 60, height: 20, channels: 3, background: "#ff0000" } });
    return await red
      .composite([{ input: square, left: 20, top: 0 }])
      .png()
      .toBuffer();
  };
  const pixelsFor = async (fit: PicturePreparation["fit"]): Promise<number[][]> => {
    const { image } = await readPicture(flag, "flag.png", [12, 12, 3], { ink: "light", invert: "auto", fit });
    const at = (x: number, y: number): number[] => [
      ...image.data.subarray((y * 12 + x) * 3, (y * 12 + x) * 3 + 3),
    ];
    return [at(0, 6), at(6, 6), at(6, 1)];
  };
  const [red, green] = [
    [255, 0, 0],
    [0, 255, 0],
  ];

  it("is stretched, fitted inside, or cropped to its middle", async () => {
    expect(await pixelsFor("stretch")).toEqual([red, green, green]);
    expect(await pixelsFor("contain")).toEqual([red, green, red]);
    expect(await pixelsFor("crop")).toEqual([green, green, green]);
  });
});

it("refuses other files by their first bytes, before a decoder sees them", async () => {
  const svg = async (): Promise<Uint8Array> => Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>");
  await expect(readPicture(svg, "a.png", [28, 28, 1], digitPictures)).rejects.toThrow(
    "a.png is not a picture in a supported format (PNG, JPEG, WebP, GIF and AVIF).",
  );
  const readme = (): Promise<Uint8Array> => readFile("README.md");
  await expect(readPicture(readme, "b.png", [28, 28, 1], digitPictures)).rejects.toThrow(
    "b.png is not a picture",
  );
});
