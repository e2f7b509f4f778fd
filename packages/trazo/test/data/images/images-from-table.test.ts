import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { imagesFromTable, readCsv, readImage } from "../../../src/index.js";
import fixtures from "../../fixtures/directory.json" with { type: "json" };
import { temporaryFolder } from "../temporary-folder.js";

const folder = temporaryFolder();
const table = await readCsv(
  new TextEncoder().encode(
    "id,kind,tags\n鳥/2,bird,small blue\na/nandu,ostrich,\n鳥/1,bird,blue\nnowhere,cat,small\n",
  ),
);
const options = () =>
  ({
    directory: folder.path("."),
    fileColumn: "id",
    fileEnding: ".png",
    labelColumn: "kind",
    height: 4,
    width: 5,
    onUnreadable: "skip",
  }) as const;

beforeAll(async () => {
  for (const [name, contents] of Object.entries(fixtures.contents)) {
    await mkdir(dirname(folder.path(name)), { recursive: true });
    await writeFile(folder.path(name), Buffer.from(contents, "base64"));
  }
});

describe("imagesFromTable", () => {
  it("reads the pictures in the table's order, each with its class", async () => {
    const read = await imagesFromTable(table, options());
    expect(read.files).toEqual(["鳥/2.png", "a/nandu.png", "鳥/1.png"]);
    expect(read.classNames).toEqual(["bird", "cat", "ostrich"]);
    expect([...read.labels.data]).toEqual([0, 2, 0]);
    const alone = await Promise.all(
      read.files.map((file) => readImage(folder.path(file), { height: 4, width: 5 })),
    );
    expect([...read.images.data]).toEqual(alone.flatMap(({ data }) => [...data]));
    expect(read.unreadable).toEqual([
      { file: "nowhere.png", reason: expect.stringContaining("there is no such file") },
    ]);
  });

  it("gives several classes per picture", async () => {
    const read = await imagesFromTable(table, { ...options(), labelColumn: "tags", labelSeparator: " " });
    expect(read.classNames).toEqual(["blue", "small"]);
    expect(read.labels).toMatchObject({
      dtype: "float32",
      shape: [3, 2],
      data: Float32Array.of(1, 1, 0, 0, 1, 0),
    });
  });

  it("splits", async () => {
    const part = { ...options(), validationSplit: 0.5, shuffle: false } as const;
    expect((await imagesFromTable(table, { ...part, subset: "training" })).files).toEqual([
      "鳥/2.png",
      "a/nandu.png",
    ]);
    expect((await imagesFromTable(table, { ...part, subset: "validation" })).files).toEqual(["鳥/1.png"]);
  });

  it("names the row in which a file's name is missing", async () => {
    await writeFile(folder.path("gap.csv"), "file,kind\n鳥/1.png,bird\n,ostrich\n");
    const gap = imagesFromTable(await readCsv(folder.path("gap.csv")), {
      ...options(),
      fileColumn: "file",
      onUnreadable: "throw",
    });
    await expect(gap).rejects.toThrow(
      /^imagesFromTable: row 2 of column "file" is empty; a file's name is expected\.$/,
    );
  });

  it("needs no file's name in a row that is not of the subset", async () => {
    const gap = await readCsv(new TextEncoder().encode("id,kind\na/nandu,ostrich\n,bird\n"));
    const part = { ...options(), onUnreadable: "throw", validationSplit: 0.5, shuffle: false } as const;
    expect((await imagesFromTable(gap, { ...part, subset: "training" })).files).toEqual(["a/nandu.png"]);
    await expect(imagesFromTable(gap, { ...part, subset: "validation" })).rejects.toThrow(
      /row 2 .* is empty/,
    );
  });

  it("refuses what does not fit", async () => {
    await expect(imagesFromTable(table, { ...options(), onUnreadable: "throw" })).rejects.toThrow(
      /nowhere\.png/,
    );
    await expect(imagesFromTable(table, { ...options(), labelColumn: "class" })).rejects.toThrow(
      'no column "class"',
    );
    await expect(imagesFromTable(table, { ...options(), classNames: ["bird"] })).rejects.toThrow(
      'row 2 of column "kind" names "ostrich", which is none of classNames',
    );
    await expect(imagesFromTable(table, { ...options(), labelMode: "binary" })).rejects.toThrow(
      "there are 3",
    );
  });
});
