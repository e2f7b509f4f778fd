import { writeFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNpy, readNpz, TrazoError } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import fixtures from "../fixtures/npy.json" with { type: "json" };

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
const numberOf = (text: string): number => (text === "inf" ? Number.POSITIVE_INFINITY : Number(text));
const folder = temporaryFolder();

describe("readNpy reads what NumPy saves", () => {
  it.each(fixtures.arrays)("$name", async ({ file, shape, values }) => {
    const array = await readNpy(bytes(file));
    expect(array.shape).toEqual(shape);
    expect(Array.from(array.data, Number)).toEqual(values.map(numberOf));
  });

  it.each([
    ["bool", "bool"],
    ["u1", "uint8"],
    ["<i2", "int32"],
    ["<u4", "int64"],
    ["<i8", "int64"],
    ["<f2", "float32"],
    ["<f8", "float64"],
  ])("%s as %s", async (name, dtype) => {
    const file = fixtures.arrays.find((array) => array.name === name)?.file ?? "";
    expect((await readNpy(bytes(file))).dtype).toBe(dtype);
  });

  it("from a file, which messages name", async () => {
    await writeFile(folder.path("x.npy"), bytes(fixtures.arrays[1]?.file ?? ""));
    expect((await readNpy(folder.path("x.npy"))).shape).toEqual([2, 3, 4]);
    await writeFile(folder.path("x.npy"), "label,pixel0");
    await expect(readNpy(folder.path("x.npy"))).rejects.toThrow(/x\.npy is not a \.npy file/);
  });

  it.each(fixtures.refused)("and refuses $name", async ({ file }) => {
    await expect(readNpy(bytes(file))).rejects.toThrow(
      /which is not supported\. Numbers and booleans are: b1, u1/,
    );
  });
});

describe("readNpz", () => {
  it.each(Object.entries(fixtures.npz))("reads %s arrays by their names", async (_, file) => {
    const { x_train: x, y_train: y } = await readNpz(bytes(file));
    expect(x).toMatchObject({ dtype: "uint8", shape: [2, 3, 4] });
    expect(y?.data).toEqual(BigInt64Array.of(3n, 1n));
  });

  it("refuses other files", async () => {
    await expect(readNpz(bytes(fixtures.arrays[1]?.file ?? ""))).rejects.toThrow(/is not a \.npz file/);
  });
});

describe("damaged arrays", () => {
  const files = [
    ...fixtures.arrays.map(({ file }) => bytes(file)),
    bytes(fixtures.npz.plain),
    bytes(fixtures.npz.packed),
  ];
  const read = (file: Uint8Array) => (file[0] === 0x50 ? readNpz(file) : readNpy(file));

  it("are refused or read, never anything else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(
          fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true }), fc.integer({ min: 0, max: 255 })),
          { maxLength: 4 },
        ),
        fc.double({ min: 0, max: 1 }),
        async (file, changes, kept) => {
          const damaged = file.slice(0, Math.ceil(file.length * kept));
          for (const [place, byte] of changes) {
            if (damaged.length > 0) damaged[Math.floor(place * damaged.length)] = byte;
          }
          await read(damaged).catch((error) => expect(error).toBeInstanceOf(TrazoError));
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it("that are cut off are always refused", async () => {
    const file = bytes(fixtures.arrays[1]?.file ?? "");
    for (let length = 0; length < file.length; length++) {
      await expect(readNpy(file.subarray(0, length))).rejects.toBeInstanceOf(TrazoError);
    }
  });
});
