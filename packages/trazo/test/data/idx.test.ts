import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIdx, readIdx } from "../../src/data/idx.js";
import { TrazoError } from "../../src/errors.js";
import { sizeOf } from "../../src/tensor.js";
import { idxBytes, idxOfBytes } from "./idx-bytes.js";
import { temporaryFolder } from "./temporary-folder.js";

interface Kind {
  readonly name: string;
  readonly type: number;
  readonly bytes: number;
  readonly dtype: string;
  readonly values: fc.Arbitrary<number>;
  write(view: DataView, at: number, value: number): void;
}

const KINDS: readonly Kind[] = [
  {
    name: "uint8",
    type: 8,
    bytes: 1,
    dtype: "uint8",
    values: fc.nat(255),
    write: (v, at, x) => v.setUint8(at, x),
  },
  {
    name: "int8",
    type: 9,
    bytes: 1,
    dtype: "int32",
    values: fc.integer({ min: -128, max: 127 }),
    write: (v, at, x) => v.setInt8(at, x),
  },
  {
    name: "int16",
    type: 11,
    bytes: 2,
    dtype: "int32",
    values: fc.integer({ min: -32768, max: 32767 }),
    write: (v, at, x) => v.setInt16(at, x),
  },
  {
    name: "int32",
    type: 12,
    bytes: 4,
    dtype: "int32",
    values: fc.integer(),
    write: (v, at, x) => v.setInt32(at, x),
  },
  {
    name: "float32",
    type: 13,
    bytes: 4,
    dtype: "float32",
    values: fc.float(),
    write: (v, at, x) => v.setFloat32(at, x),
  },
  {
    name: "float64",
    type: 14,
    bytes: 8,
    dtype: "float64",
    values: fc.double(),
    write: (v, at, x) => v.setFloat64(at, x),
  },
];

interface Sample {
  readonly kind: Kind;
  readonly shape: number[];
  readonly values: number[];
  readonly bytes: Uint8Array;
}

const samples: fc.Arbitrary<Sample> = fc
  .tuple(fc.constantFrom(...KINDS), fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }))
  .chain(([kind, shape]) => {
    const length = sizeOf(shape);
    return fc
      .array(kind.values, { minLength: length, maxLength: length })
      .map((values) => ({ kind, shape, values, bytes: encode(kind, shape, values) }));
  });

function encode(kind: Kind, shape: readonly number[], values: readonly number[]): Uint8Array {
  const data = new Uint8Array(values.length * kind.bytes);
  const view = new DataView(data.buffer);
  for (const [i, value] of values.entries()) kind.write(view, i * kind.bytes, value);
  return idxBytes(kind.type, shape, data);
}

describe("parseIdx", () => {
  it("reads every element type and shape, plain and gzip", () => {
    fc.assert(
      fc.property(samples, fc.boolean(), ({ kind, shape, values, bytes }, zip) => {
        const read = parseIdx(zip ? gzipSync(bytes) : bytes, "x");
        expect(read.dtype).toBe(kind.dtype);
        expect(read.shape).toEqual(shape);
        expect(Array.from(read.data as ArrayLike<number>)).toEqual(values);
      }),
    );
  });

  it("reads from the middle of a larger buffer", () => {
    const bytes = idxOfBytes([2, 2], [1, 2, 3, 4]);
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    const read = parseIdx(larger.subarray(3, 3 + bytes.length), "x");
    expect([...(read.data as Uint8Array)]).toEqual([1, 2, 3, 4]);
  });

  it("refuses a file cut off at any byte", () => {
    fc.assert(
      fc.property(
        samples,
        fc.boolean(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        ({ bytes }, zip, where) => {
          const whole = zip ? gzipSync(bytes) : bytes;
          const cut = whole.subarray(0, Math.floor(where * whole.length));
          expect(() => parseIdx(cut, "cut.idx")).toThrow(TrazoError);
          expect(() => parseIdx(cut, "cut.idx")).toThrow(/^cut\.idx/);
        },
      ),
    );
  });

  it("refuses bytes after the data", () => {
    fc.assert(
      fc.property(
        samples,
        fc.uint8Array({ minLength: 1, maxLength: 9 }),
        fc.boolean(),
        ({ bytes }, more, zip) => {
          const longer = Uint8Array.from([...bytes, ...more]);
          expect(() => parseIdx(zip ? gzipSync(longer) : longer, "x")).toThrow(TrazoError);
        },
      ),
    );
  });

  it("never takes damaged gzip data for something else", () => {
    fc.assert(
      fc.property(
        samples,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        ({ kind, shape, values, bytes }, at, flip) => {
          const zipped = Uint8Array.from(gzipSync(bytes));
          const index = at % zipped.length;
          zipped[index] = (zipped[index] as number) ^ flip;
          try {
            // Some bytes (time stamp, operating system) carry nothing.
            const read = parseIdx(zipped, "x");
            expect(read.dtype).toBe(kind.dtype);
            expect(read.shape).toEqual(shape);
            expect(Array.from(read.data as ArrayLike<number>)).toEqual(values);
          } catch (error) {
            if (!(error instanceof TrazoError)) throw error;
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      "a picture",
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
      /f\.idx: not an IDX file: at byte offset 0 .* 137 80/,
    ],
    ["nothing", new Uint8Array(0), /header is cut off at byte offset 0/],
    ["an unknown type", idxBytes(10, [1], Uint8Array.of(1)), /element type 0x0a at byte offset 2/],
    ["no dimensions", idxBytes(8, [], new Uint8Array(1)), /0 dimensions at byte offset 3/],
    [
      "too many dimensions",
      idxBytes(8, new Array(9).fill(1), new Uint8Array(1)),
      /9 dimensions at byte offset 3/,
    ],
    [
      "a short header",
      idxOfBytes([1, 1], [5]).subarray(0, 9),
      /cut off at byte offset 9; with 2 dimensions it has 12/,
    ],
    [
      "short data",
      idxOfBytes([2, 3], [1, 2, 3, 4, 5]),
      /cut off at byte offset 17; .* \[2, 3\], up to byte offset 18/,
    ],
    ["long data", idxOfBytes([3], [1, 2, 3, 4, 5]), /2 bytes too many at byte offset 11/],
    [
      "absurd dimensions",
      idxOfBytes([0xffffffff, 0xffffffff], []),
      /\[4294967295, 4294967295\] at byte offset 4 would need/,
    ],
    [
      "absurd dimensions in gzip",
      gzipSync(idxOfBytes([0xffffffff, 28], [])),
      /\(uncompressed\): the dimensions/,
    ],
  ])("says where and what for %s", (_, bytes, message) => {
    expect(() => parseIdx(bytes, "f.idx")).toThrow(message);
    expect(() => parseIdx(bytes, "f.idx")).toThrow(TrazoError);
  });

  it("does not inflate a gzip bomb", () => {
    const bomb = gzipSync(idxOfBytes([10], new Uint8Array(50_000_000)));
    expect(bomb.length).toBeLessThan(60_000);
    expect(() => parseIdx(bomb, "bomb.gz")).toThrow(/bomb\.gz: .* beyond byte offset 18/);
  });

  it("finds the header behind a long gzip preamble", () => {
    const bytes = idxOfBytes([3], [7, 8, 9]);
    const plain = gzipSync(bytes);
    const name = new Uint8Array(5000).fill(97);
    // Flag 8 announces a file name that ends with a zero byte.
    const named = Uint8Array.from([
      ...plain.subarray(0, 3),
      8,
      ...plain.subarray(4, 10),
      ...name,
      0,
      ...plain.subarray(10),
    ]);
    expect([...(parseIdx(named, "x").data as Uint8Array)]).toEqual([7, 8, 9]);
  });
});

describe("readIdx", () => {
  const folder = temporaryFolder();

  it("tells gzip by content, not by name", async () => {
    const bytes = idxOfBytes([1, 2], [3, 4]);
    await writeFile(folder.path("plain.gz"), bytes);
    await writeFile(folder.path("zipped.idx"), gzipSync(bytes));
    expect([...((await readIdx(folder.path("plain.gz"))).data as Uint8Array)]).toEqual([3, 4]);
    expect([...((await readIdx(folder.path("zipped.idx"))).data as Uint8Array)]).toEqual([3, 4]);
  });

  it("names a missing file and a folder", async () => {
    await expect(readIdx(folder.path("none.idx"))).rejects.toThrow(/none\.idx: there is no such file/);
    await expect(readIdx(folder.path("."))).rejects.toThrow(/it is a folder/);
    await expect(readIdx(folder.path("."))).rejects.toBeInstanceOf(TrazoError);
  });
});
