import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import {
  describeInspection,
  describeSplit,
  type Inspection,
  inspectPictures,
  measuredShare,
  proposeSettings,
  splitPictures,
} from "../src/index.js";

const folder = temporaryFolder();

/** A picture like no other: a checkered board of numbers. */
async function picture(name: string, seed: number, edit = (image: Sharp): Sharp => image): Promise<void> {
  const file = folder.path(name);
  await mkdir(dirname(file), { recursive: true });
  const cells = Buffer.from(
    Uint8Array.from({ length: 6 * 5 * 3 }, (_, i) => (Math.imul(i + 7 * seed, 2654435761) >>> 8) & 255),
  );
  const board = sharp(cells, { raw: { width: 6, height: 5, channels: 3 } }).resize(60, 50, {
    kernel: "cubic",
  });
  await edit(sharp(await board.png().toBuffer())).toFile(file);
}

beforeAll(async () => {
  let seed = 1;
  for (const [name, count] of [
    ["ñandú", 24],
    ["貝", 8],
    ["zebra", 12],
  ] as const) {
    for (let i = 0; i < count; i++) await picture(`animals/${name}/${i}.png`, seed++);
  }
  await cp(folder.path("animals/zebra/3.png"), folder.path("animals/zebra/copy of 3.png"));
  await picture("animals/zebra/4 again.jpg", 24 + 8 + 5, (image) =>
    image.resize(48, 40).jpeg({ quality: 80 }),
  );
  await cp(folder.path("animals/zebra/7.png"), folder.path("animals/貝/mistaken.png"));
  await writeFile(folder.path("animals/貝/torn.png"), "no picture");
});

describe("inspectPictures", () => {
  it("tells what is in a folder: classes, sizes, what cannot be read, what is listed twice", async () => {
    const inspection = await inspectPictures(folder.path("animals"));
    const lines = describeInspection(inspection).join("\n");
    expect(lines).toContain("48 pictures of 3 classes");
    expect(lines).toMatch(/ñandú +24 █+\n/);
    expect(lines).toContain("2 different ones, sides from 40 to 60 pixels");
    expect(lines).toContain("貝/torn.png is not a picture in a supported format");
    expect(lines).toContain("zebra/3.png = zebra/copy of 3.png");
    expect(lines).toContain("zebra/4 again.jpg ≈ zebra/4.png");
    expect(lines).toContain(
      "Warning: 1 picture of these in different classes (zebra, 貝): one of the labels is wrong.",
    );
    expect(inspection.lookAlikes).toHaveLength(3);
  });

  it("takes no pictures for the same that only look alike from afar", async () => {
    // A board and its mirror image, a darker one, and another board.
    await picture("unlike/a/1.png", 1);
    await picture("unlike/a/2.png", 1, (image) => image.flop());
    await picture("unlike/b/1.png", 1, (image) => image.modulate({ brightness: 0.7 }));
    await picture("unlike/b/2.png", 2);
    expect((await inspectPictures(folder.path("unlike"))).lookAlikes).toEqual([]);
  });

  it("names what is wrong with a folder", async () => {
    await expect(inspectPictures(folder.path("nowhere"))).rejects.toThrow("there is no such folder");
    await mkdir(folder.path("empty/a"), { recursive: true });
    await expect(inspectPictures(folder.path("empty"))).rejects.toThrow("hold no pictures");
  });
});

describe("splitPictures", () => {
  const inspectionOf = (
    counts: readonly number[],
    twins: readonly (readonly number[])[] = [],
  ): Inspection => ({
    directory: "made up",
    classNames: counts.map((_, i) => `class ${i}`),
    hasParts: false,
    pictures: counts.flatMap((count, label) =>
      Array.from({ length: count }, (_, i) => ({
        file: `${label}/${i}.png`,
        class: label,
        part: undefined,
        width: 9,
        height: 9,
        isGray: false,
        isTransparent: false,
      })),
    ),
    unreadable: [],
    lookAlikes: twins.map((pictures) => ({ pictures, areSame: true })),
    digest: "",
  });

  it("gives each picture to one part, every class to all three, and keeps look-alikes of a class together", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 6, max: 60 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 0, max: 1000 }),
        (counts, seed) => {
          const inspection = inspectionOf(counts, [[0, 2, 3]]);
          const split = splitPictures(inspection, seed);
          const all = [...split.train, ...split.validation, ...split.test];
          expect(all.sort((a, b) => a - b)).toEqual(inspection.pictures.map((_, i) => i));
          for (const part of Object.values(split)) {
            const shares = counts.map(
              (count, label) => part.filter((i) => inspection.pictures[i]?.class === label).length / count,
            );
            expect(Math.min(...shares)).toBeGreaterThan(0);
            const found = [0, 2, 3].filter((i) => part.includes(i));
            expect([0, 3]).toContain(found.length);
          }
          expect(splitPictures(inspection, seed)).toEqual(split);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("follows folders that say what is for what, and reports what is on both sides", async () => {
    for (const part of ["train", "test"]) {
      for (let i = 0; i < 8; i++)
        await picture(`parts/${part}/${i % 2 ? "a" : "b"}/${i}.png`, i + (part === "test" ? 50 : 0));
    }
    await cp(folder.path("parts/train/a/1.png"), folder.path("parts/test/a/leaked.png"));
    const inspection = await inspectPictures(folder.path("parts"));
    const split = splitPictures(inspection, 1);
    expect(split.test.every((i) => inspection.pictures[i]?.file.startsWith("test/"))).toBe(true);
    expect(
      [...split.train, ...split.validation].every((i) => inspection.pictures[i]?.file.startsWith("train/")),
    ).toBe(true);
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([6, 2, 9]);
    const told = describeSplit(inspection, split).join("\n");
    expect(told).toMatch(
      /Warning: 1 picture is in more than one part.*test\/a\/leaked\.png = train\/a\/1\.png/,
    );
    expect(told).toContain("9 test pictures, 4 of the rarest class, can say little");
  });

  it("refuses classes that cannot be in all parts", () => {
    expect(() => splitPictures(inspectionOf([9, 2]), 1)).toThrow('"class 1" has only 2 different pictures');
    expect(() => splitPictures(inspectionOf([9, 0]), 1)).toThrow('"class 1" has no pictures');
  });

  it("proposes settings with a reason for each", async () => {
    const inspection = await inspectPictures(folder.path("animals"));
    const { settings, reasons } = proposeSettings(inspection, splitPictures(inspection, 1));
    expect(settings).toMatchObject({
      height: 48,
      width: 48,
      channels: 3,
      weighsClasses: true,
      augmentation: "full",
    });
    expect(reasons.join("\n")).toMatch(/"ñandú" has \d\.\d times as many pictures as "貝"/);
    const digits = { ...inspection, classNames: ["1", "2", "3"] };
    expect(proposeSettings(digits, splitPictures(digits, 1)).settings.augmentation).toBe("light");
  });
});

describe("measuredShare", () => {
  it.each([
    // Wilson's intervals as statsmodels gives them.
    [90, 100, 0.8256343, 0.9447708],
    [0, 10, 0, 0.2775328],
    [10, 10, 0.7224672, 1],
    [1, 3, 0.0614919, 0.7923404],
  ])("%i of %i", (hits, of, low, high) => {
    const measured = measuredShare(hits, of);
    expect(measured.low).toBeCloseTo(low, 5);
    expect(measured.high).toBeCloseTo(high, 5);
  });
});
