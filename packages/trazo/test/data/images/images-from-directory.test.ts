import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { byCodePoints } from "../../../src/data/code-points.js";
import {
  type ImagesFromDirectoryOptions,
  imagesFromDirectory,
  readImage,
  TrazoError,
} from "../../../src/index.js";
import fixtures from "../../fixtures/directory.json" with { type: "json" };
import { temporaryFolder } from "../temporary-folder.js";

const folder = temporaryFolder();
const size = { height: 4, width: 5 };

async function write(name: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(folder.path(name)), { recursive: true });
  await writeFile(folder.path(name), bytes);
}

const file = (name: keyof typeof fixtures.contents): Uint8Array =>
  Buffer.from(fixtures.contents[name], "base64");

beforeAll(async () => {
  for (const [name, contents] of Object.entries(fixtures.contents)) {
    await write(`keras/${name}`, Buffer.from(contents, "base64"));
  }
});

interface KerasOptions {
  readonly seed?: number;
  readonly shuffle?: boolean;
  readonly labels?: null;
  readonly class_names?: readonly string[];
  readonly validation_split?: number;
  readonly subset?: string;
}

function ours({ seed, shuffle, class_names, validation_split, subset }: KerasOptions) {
  return {
    ...size,
    seed,
    shuffle,
    classNames: class_names,
    validationSplit: validation_split,
    subset: subset as "training",
  };
}

describe("imagesFromDirectory takes the files that Keras takes, in its order", () => {
  it.each(fixtures.cases.map(({ options, ...rest }) => ({ options: options as KerasOptions, ...rest })))(
    "$options",
    async ({ options, files, classNames }) => {
      if (options.labels === null) {
        const read = await imagesFromDirectory(folder.path("keras"), { ...ours(options), labelMode: null });
        expect(read.files).toEqual(files);
        expect(Object.keys(read)).not.toContain("labels");
        return;
      }
      const read = await imagesFromDirectory(folder.path("keras"), ours(options));
      expect(read.files).toEqual(files);
      expect(read.classNames).toEqual(classNames);
      expect(Array.from(read.labels.data, Number)).toEqual(
        files.map((name) => classNames?.indexOf(name.split("/")[0] as string)),
      );
    },
  );

  it("with its pixels", async () => {
    const { images, files } = await imagesFromDirectory(folder.path("keras"), size);
    expect(images.shape).toEqual([files.length, 4, 5, 3]);
    const pixels: Record<string, number[]> = fixtures.pixels;
    expect(Object.keys(pixels).length).toBeGreaterThan(10);
    for (const [i, name] of files.entries()) {
      const wanted = pixels[name];
      // TensorFlow computes in float32: where it falls on a half, the rounded bytes may differ by one.
      for (const [k, value] of wanted?.entries() ?? []) {
        expect(Math.abs((images.data[60 * i + k] as number) - value), name).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe("imagesFromDirectory", () => {
  it("gives labels as Keras's modes do", async () => {
    const root = folder.path("modes");
    await write("modes/no/1.png", file("a/nandu.png"));
    await write("modes/yes/1.png", file("a/nandu.png"));
    await write("modes/yes/2.png", file("a/nandu.png"));
    const int = await imagesFromDirectory(root, size);
    expect(int.labels).toEqual({ dtype: "int32", shape: [3], data: Int32Array.of(0, 1, 1) });
    const binary = await imagesFromDirectory(root, { ...size, labelMode: "binary" });
    expect(binary.labels).toEqual({ dtype: "float32", shape: [3, 1], data: Float32Array.of(0, 1, 1) });
    const categorical = await imagesFromDirectory(root, { ...size, labelMode: "categorical" });
    expect(categorical.labels).toMatchObject({ shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, 0, 1) });
  });

  it("follows a link to a class's folder, and reads none of the other files", async () => {
    await write("linked/a/1.png", file("a/nandu.png"));
    await write("linked/a/Thumbs.db", "no picture");
    await symlink(folder.path("linked/a"), folder.path("linked/b"));
    const { files, labels } = await imagesFromDirectory(folder.path("linked"), size);
    expect(files).toEqual(["a/1.png", "b/1.png"]);
    expect([...labels.data]).toEqual([0, 1]);
  });

  describe("on files that are no pictures", () => {
    const root = (): string => folder.path("broken");
    beforeAll(async () => {
      const half = file("b/deeper/1.jpg").subarray(0, 300);
      await write("broken/a/1.png", file("a/nandu.png"));
      await write("broken/a/2.png", "not a picture");
      await write("broken/b/1.jpg", half);
      await write("broken/b/2.png", file("a/ñandú.png"));
    });

    it("names them and reads nothing", async () => {
      const reading = imagesFromDirectory(root(), size);
      await expect(reading).rejects.toBeInstanceOf(TrazoError);
      await expect(reading).rejects.toThrow(
        /^2 of the pictures cannot be read.*\na\/2\.png is not a picture.*\nb\/1\.jpg cannot be read; it may be damaged/,
      );
    });

    it("leaves them out where it is told to, with every label in its place", async () => {
      const read = await imagesFromDirectory(root(), { ...size, onUnreadable: "skip" });
      expect(read.files).toEqual(["a/1.png", "b/2.png"]);
      expect([...read.labels.data]).toEqual([0, 1]);
      expect(read.images.shape).toEqual([2, 4, 5, 3]);
      const alone = await Promise.all(
        read.files.map((name) => readImage(folder.path(`broken/${name}`), size)),
      );
      expect([...read.images.data]).toEqual(alone.flatMap(({ data }) => [...data]));
      expect(read.unreadable.map(({ file }) => file)).toEqual(["a/2.png", "b/1.jpg"]);
    });

    it("refuses a folder of nothing else", async () => {
      await write("hopeless/a/1.png", "not a picture");
      const reading = imagesFromDirectory(folder.path("hopeless"), { ...size, onUnreadable: "skip" });
      await expect(reading).rejects.toThrow(/1 of the pictures cannot be read/);
    });
  });

  it.each<[string, object, RegExp]>([
    ["none", {}, /Cannot read the folder .*none: there is no such folder/],
    ["keras/loose.png", {}, /it is a file/],
    ["keras/鳥", {}, /has no folders: a folder for each class is expected/],
    [
      "keras",
      { classNames: ["a", "c"] },
      /classNames names "c", but .* has no such folder. Its folders: Z last, a, b, 鳥/,
    ],
    ["keras", { labelMode: "binary" }, /"binary" is for two classes, but there are 4/],
    ["keras", { labelMode: "names" }, /labelMode must be "int", "categorical" or "binary"/],
    ["keras", { validationSplit: 0.2 }, /validationSplit and subset go together/],
    ["keras", { validationSplit: 0.2, subset: "training" }, /a split needs a seed/],
    [
      "keras",
      { validationSplit: 0.001, subset: "validation", seed: 1 },
      /: validationSplit 0\.001 of \d+ pictures leaves none for validation\. Choose another split, or add pictures\.$/,
    ],
    ["keras", { shuffle: true }, /shuffle needs a seed/],
    [
      "keras",
      { validationSplit: 1, subset: "training", seed: 1 },
      /validationSplit must be from 0 to below 1/,
    ],
    ["keras", { onUnreadable: "ignore" }, /onUnreadable must be "throw" or "skip"/],
    ["keras", { width: 1.5 }, /width must be a number of pixels/],
    ["keras", { imageSize: 5 }, /no option "imageSize"/],
  ])("refuses %s with %j", async (directory, options, message) => {
    const all = { ...size, ...options } as ImagesFromDirectoryOptions & { labelMode?: "int" };
    await expect(imagesFromDirectory(folder.path(directory), all)).rejects.toThrow(message);
  });
});

describe("byCodePoints", () => {
  it("orders as Python does", () => {
    expect(["🐦", "Ａ", "b", "a", "", "ab"].sort(byCodePoints)).toEqual(["", "a", "ab", "b", "Ａ", "🐦"]);
  });
});
