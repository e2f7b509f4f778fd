import { readFile, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argMax, divide, readCsv, TrazoError, tensor, writeCsv } from "../../src/index.js";
import { temporaryFolder } from "./temporary-folder.js";

const folder = temporaryFolder();
const csv = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("readCsv", () => {
  it("reads columns by their names, as they stand in the file", async () => {
    const table = await readCsv(
      csv('\ufeffid,name,"a, b"\r\n007,"O ""Neil""",1.50\r\n\r\n8,"two\nlines",\r\n'),
    );
    expect(table.columnNames).toEqual(["id", "name", "a, b"]);
    expect(table.length).toBe(2);
    expect(table.column("id")).toEqual(["007", "8"]);
    expect(table.column("name")).toEqual(['O "Neil"', "two\nlines"]);
    expect(table.column("a, b")).toEqual(["1.50", ""]);
    expect(table.numbers("id")).toEqual(Float64Array.of(7, 8));
  });

  it("takes files without a header, other delimiters, and some columns only", async () => {
    const table = await readCsv(csv("1;2,5\n3;4,5\n"), { header: false, delimiter: ";", columns: ["1"] });
    expect(table.columnNames).toEqual(["1"]);
    expect(table.column("1")).toEqual(["2,5", "4,5"]);
  });

  it("gives tensors", async () => {
    const table = await readCsv(csv("label,p0,p1,p2,p3\n5,0,1,2,255\n3,4,5,6,7\n"));
    const pixels = table.tensor("uint8", { drop: ["label"], shape: [2, 2, 1] });
    expect(pixels).toEqual(tensor("uint8", [2, 2, 2, 1], Uint8Array.of(0, 1, 2, 255, 4, 5, 6, 7)));
    expect(table.tensor("int32", { columns: ["label"], shape: [] })).toEqual(tensor("int32", [2], [5, 3]));
    expect(table.tensor("int64", { columns: ["label"] }).data).toEqual(BigInt64Array.of(5n, 3n));
    expect(table.tensor("float32", { columns: ["p1", "p0"] }).data).toEqual(Float32Array.of(1, 0, 5, 4));
  });

  it.each<[string, string, RegExp]>([
    ["an empty file", "", /The table is empty/],
    ["rows of other lengths", "a,b\n1,2\n3\n", /row 3 has 1 cells, but the first has 2/],
    ["a quote that does not end", 'a,b\n1,"2\n3,4\n', /row 2 is damaged: quoted field unterminated/],
    ["text after a quote", 'a,b\n1,"2"x\n', /row 2 is damaged: trailing quote on quoted field is malformed/],
    ["two columns of one name", "a,a\n1,2\n", /two columns named "a"/],
    ["zero bytes", "a,b\n1,\0\n", /holds zero bytes/],
  ])("refuses %s", async (_, text, message) => {
    await expect(readCsv(csv(text))).rejects.toThrow(message);
    await expect(readCsv(csv(text))).rejects.toBeInstanceOf(TrazoError);
  });

  it("refuses what is not UTF-8, and names the file", async () => {
    await writeFile(folder.path("latin.csv"), Buffer.from("año,1\n", "latin1"));
    await expect(readCsv(folder.path("latin.csv"))).rejects.toThrow(/latin\.csv is not a UTF-8 text/);
    await expect(readCsv(folder.path("none.csv"))).rejects.toThrow(/there is no such file/);
  });

  it("names the cell that is at fault", async () => {
    const table = await readCsv(csv("a,b\n1,2\n3,x\n256,\n"));
    expect(() => table.column("c")).toThrow('The table has no column "c". Its columns: a, b.');
    expect(() => table.numbers("b")).toThrow('row 2 of column "b" holds "x", which is not a number');
    expect(() => table.tensor("uint8", { columns: ["a"] })).toThrow(
      'row 3 of column "a" holds "256", which uint8 cannot hold',
    );
    expect(() => table.tensor("uint8", { shape: [3] })).toThrow("2 columns do not fit the shape [3]");
    expect(() => table.tensor("uint8", { drop: ["c"] })).toThrow('no column "c"');
    await expect(readCsv(csv("a\n1\n"), { columns: ["b"] })).rejects.toThrow('no column "b"');
    await expect(readCsv(csv("a\n1\n"), { delimiter: "::" })).rejects.toThrow(
      "delimiter must be one character",
    );
  });
});

describe("writeCsv", () => {
  it("writes a submission", async () => {
    const answers = argMax(
      tensor(
        "float32",
        [3, 2],
        [
          [0, 1],
          [1, 0],
          [0.2, 0.3],
        ],
      ),
    );
    await writeCsv(folder.path("submission.csv"), { ImageId: [1, 2, 3], Label: answers });
    expect(await readFile(folder.path("submission.csv"), "utf8")).toBe("ImageId,Label\n1,1\n2,0\n3,1\n");
    await writeCsv(folder.path("scores.csv"), { score: divide(tensor("uint8", [2, 1], [51, 255]), 255) });
    expect(await readFile(folder.path("scores.csv"), "utf8")).toBe("score\n0.2\n1\n");
  });

  it("refuses columns that do not fit together, and writes nothing", async () => {
    const path = folder.path("wrong.csv");
    await expect(writeCsv(path, { a: [1], b: [1, 2] })).rejects.toThrow(
      'column "a" has 1 cells, but "b" has 2',
    );
    await expect(writeCsv(path, {})).rejects.toThrow("at least one column");
    await expect(writeCsv(path, { a: tensor("float32", [1, 2], [1, 2]) })).rejects.toThrow(
      "take argMax first",
    );
    await expect(readFile(path)).rejects.toThrow("ENOENT");
  });

  it("writes what readCsv reads back, whatever stands in the cells", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é", "鳥", ";", "0") });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), async (rows) => {
        const columns = { first: rows.map(([a]) => a), second: rows.map(([, b]) => b) };
        await writeCsv(folder.path("any.csv"), columns);
        const table = await readCsv(folder.path("any.csv"));
        expect(table.column("first")).toEqual(columns.first);
        expect(table.column("second")).toEqual(columns.second);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe("damaged tables", () => {
  it("are refused or read, never anything else", async () => {
    const whole = csv(
      `label,p0,p1\n${Array.from({ length: 20 }, (_, i) => `${i},"${i * 3}",${i * 5}`).join("\n")}\n`,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(whole.length),
        async (changes, length) => {
          const damaged = whole.slice(0, length);
          for (const [place, byte] of changes) if (place < length) damaged[place] = byte;
          try {
            const table = await readCsv(damaged);
            table.tensor("uint8");
          } catch (error) {
            expect(error).toBeInstanceOf(TrazoError);
          }
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});
