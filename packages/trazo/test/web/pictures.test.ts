import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inEachBrowser } from "../../../../test/browsers/browsers.js";
import type { TestPage } from "../../../../test/browsers/driver.js";
import { readImage } from "../../src/index.js";
import fixtures from "../fixtures/images.json" with { type: "json" };
import { bundled, openSite, type Site } from "./site.js";

/** Browsers do not decode TIFF; Chromium turns CMYK to colors by a way of its own, and shows the upper 8 of 16 bits rounded. */
const refused = /^tiff/;
const approximate: Readonly<Record<string, number>> = { "jpeg, cmyk": 60, "png, 16 bits": 1, avif: 3 };
/** Browsers multiply opacity into colors, and keep of them what is visible. */
const isTransparent = (name: string): boolean => name === "webp, opacity";

const fileOf = (name: string): string =>
  fixtures.decoded.find((fixture) => fixture.name === name)?.file as string;

type Read = { readonly shape: readonly number[]; readonly data: readonly number[] } | string;

inEachBrowser("pictures", (browser) => {
  let site: Site;
  let page: TestPage;

  beforeAll(async () => {
    const seven = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><rect width="300" height="300" fill="white"/>
      <path d="M80 70h140L130 230" fill="none" stroke="black" stroke-width="22"/></svg>`;
    const files = {
      "/page.js": await bundled("pictures-page.ts"),
      "/seven.png": await sharp(Buffer.from(seven)).png().toBuffer(),
    };
    site = await openSite(files, browser);
    page = await site.open();
  });

  afterAll(() => site?.close());

  it.each(fixtures.decoded)(
    "have the pixels that they have in Node: $name",
    async ({ name, file, shape, pixels, gray }) => {
      for (const [channels, wanted] of [
        [3, pixels],
        [1, gray],
      ] as const) {
        const read = await page.evaluate<Read>(`read("${file}", ${channels})`);
        if (refused.test(name)) {
          expect(read).toBe(
            "TrazoError: The picture cannot be read: most browsers do not decode TIFF. Save it as PNG.",
          );
          continue;
        }
        if (typeof read === "string") throw new Error(read);
        expect(read.shape).toEqual([1, ...shape.slice(0, 2), channels]);
        const want = Buffer.from(wanted, "base64");
        const most = read.data.reduce(
          (sum, value, i) => Math.max(sum, Math.abs(value - (want[i] as number))),
          0,
        );
        if (!isTransparent(name)) expect(most).toBeLessThanOrEqual(approximate[name] ?? 0);
      }
    },
  );

  it.each(["png, color", "jpeg, color", "jpeg, progressive", "gif", "webp, lossy", "webp, lossless"])(
    "that are cut off are refused in Node's words: %s",
    async (name) => {
      const whole = Buffer.from(fileOf(name), "base64");
      for (const length of [60, whole.length >> 1, whole.length - 10]) {
        const cut = whole.subarray(0, length);
        const inNode = await readImage(new Uint8Array(cut)).catch(String);
        expect(await page.evaluate(`read("${cut.toString("base64")}", 3)`)).toBe(inNode);
        expect(inNode).toBe(
          "TrazoError: The picture cannot be read; it may be damaged (it ends before its last row).",
        );
      }
    },
  );

  it("that are damaged are refused in words", async () => {
    const changed = Buffer.from(fileOf("png, color"), "base64");
    changed[100] = (changed[100] as number) ^ 1;
    expect(await page.evaluate(`read("${changed.toString("base64")}", 3)`)).toBe(
      "TrazoError: The picture cannot be read; it may be damaged (a checksum is wrong).",
    );
    const cut = Buffer.from(fileOf("avif"), "base64").subarray(0, 300);
    expect(await page.evaluate(`read("${cut.toString("base64")}", 3)`)).toMatch(
      /^TrazoError: The picture cannot be read; it may be damaged/,
    );
    expect(await page.evaluate('read("aGVsbG8=", 3)')).toMatch(
      /^TrazoError: The picture is not a picture in a supported format/,
    );
  });

  it("of digits are brought into MNIST's form", async () => {
    const { shape, ink } = await page.evaluate<{ shape: number[]; ink: number }>('digit("/seven.png")');
    expect(shape).toEqual([1, 28, 28, 1]);
    expect(ink).toBeGreaterThan(5_000);
    expect(ink).toBeLessThan(40_000);
  });
});
