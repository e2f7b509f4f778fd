import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TrazoError } from "../../src/errors.js";
import { csvLogger, jsonLinesLogger, reduceLROnPlateau } from "../../src/node/callbacks/index.js";
import { play } from "./drive.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trazo-logs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => join(folder, "history.csv");
const text = (): string => readFileSync(file(), "utf8");

describe("csvLogger", () => {
  it("writes a row an epoch, its columns sorted, with Python's numbers and CR LF", async () => {
    await play([csvLogger({ filename: file() })], {
      epochs: [
        { loss: 0.5, accuracy: 1, val_loss: 0.00001, val_accuracy: 0.25 },
        { loss: Number.NaN, accuracy: 0, val_loss: Number.POSITIVE_INFINITY, val_accuracy: 0.5 },
      ],
    });
    expect(text()).toBe(
      "epoch,accuracy,loss,val_accuracy,val_loss\r\n0,1.0,0.5,0.25,1e-05\r\n1,0.0,nan,0.5,inf\r\n",
    );
  });

  it("keeps columns for a validation that comes later, NA where there was none", async () => {
    const epochs = [{ loss: 1 }, { loss: 0.5, val_loss: 2 }];
    await play([csvLogger({ filename: file() })], { epochs });
    expect(text()).toBe("epoch,loss,val_loss\r\n0,1.0,NA\r\n1,0.5,2.0\r\n");
  });

  it("continues in a file with append, without a second header", async () => {
    await play([csvLogger({ filename: file() })], { epochs: [{ loss: 1, val_loss: 1 }] });
    const more = { epochs: [{ loss: 0.5, val_loss: 1 }], initialEpoch: 1 };
    await play([csvLogger({ filename: file(), append: true })], more);
    expect(text()).toBe("epoch,loss,val_loss\r\n0,1.0,1.0\r\n1,0.5,1.0\r\n");
  });

  it("writes the header with append where the file is new or empty", async () => {
    const once = { epochs: [{ loss: 1, val_loss: 1 }] };
    await play([csvLogger({ filename: file(), append: true })], once);
    expect(text()).toBe("epoch,loss,val_loss\r\n0,1.0,1.0\r\n");
    writeFileSync(file(), "");
    await play([csvLogger({ filename: file(), append: true })], once);
    expect(text()).toBe("epoch,loss,val_loss\r\n0,1.0,1.0\r\n");
  });

  it("appends rows in the columns of the header that is there, and says what has none", async () => {
    await play([csvLogger({ filename: file() })], { epochs: [{ loss: 1, val_loss: 1 }] });
    const more = { epochs: [{ lr: 0.5, val_loss: 3, loss: 2 }, { loss: 4 }], initialEpoch: 1 };
    const played = await play([csvLogger({ filename: file(), append: true })], more);
    expect(text()).toBe("epoch,loss,val_loss\r\n0,1.0,1.0\r\n1,2.0,3.0\r\n2,4.0,NA\r\n");
    expect(played.text.match(/has no column for lr: left out/g)).toHaveLength(1);
  });

  it("appends under a header in another order, with quotes, and after a line without an end", async () => {
    writeFileSync(file(), '\uFEFFval_x,"say ""hi""",epoch\r\n1.0,2.0,0');
    const epochs = [{ 'say "hi"': 3, val_x: 4 }];
    await play([csvLogger({ filename: file(), append: true })], { epochs, initialEpoch: 1 });
    expect(text()).toBe('\uFEFFval_x,"say ""hi""",epoch\r\n1.0,2.0,0\r\n4.0,3.0,1\r\n');
  });

  it.each(["epoch;loss\r\n0;1.0\r\n", "time,loss\n1,2\n"])(
    "refuses to append to a file without the column epoch before training, and leaves it: %j",
    async (content) => {
      writeFileSync(file(), content);
      let epochs = 0;
      const counting = { onEpochBegin: () => void epochs++ };
      const attempt = play([csvLogger({ filename: file(), append: true }), counting], {
        epochs: [{ loss: 1 }],
      });
      await expect(attempt).rejects.toThrow(/cannot append to .*its first line has no column "epoch"/);
      expect(epochs).toBe(0);
      expect(text()).toBe(content);
    },
  );

  it("starts the file afresh without append, in every training", async () => {
    const logger = csvLogger({ filename: file() });
    await play([logger], { epochs: [{ loss: 1 }] });
    await play([logger], { epochs: [{ accuracy: 1 }] });
    expect(text()).toBe("epoch,accuracy,val_accuracy\r\n0,1.0,NA\r\n");
  });

  it("has each row on disk when its epoch ends", async () => {
    const seen: string[] = [];
    const look = { onEpochEnd: () => void seen.push(text()) };
    await play([csvLogger({ filename: file() }), look], { epochs: [{ val_loss: 1 }, { val_loss: 2 }] });
    expect(seen).toEqual(["epoch,val_loss\r\n0,1.0\r\n", "epoch,val_loss\r\n0,1.0\r\n1,2.0\r\n"]);
  });

  it("sees what callbacks before it put in the logs, not what those after it do", async () => {
    const rate = reduceLROnPlateau({ monitor: "loss" });
    await play([csvLogger({ filename: file() }), rate], { epochs: [{ loss: 1 }] });
    expect(text()).toContain("epoch,loss,val_loss\r\n");
    await play([rate, csvLogger({ filename: file() })], { epochs: [{ loss: 1 }] });
    expect(text()).toContain("epoch,loss,lr,val_loss,val_lr\r\n");
  });

  it("writes lr as NumPy writes a float32", async () => {
    const rates = [0.001, 0.0002, 0.0001, 0.00004, 1e-5, 0.1, 1, 1 / 3];
    await play([csvLogger({ filename: file() })], {
      epochs: [...rates.map(Math.fround), 1 / 3, Number.NaN].map((lr) => ({ lr, val_x: 0 })),
    });
    const written = text().split("\r\n").slice(1, -1);
    expect(written.map((row) => row.split(",")[1])).toEqual(
      "0.001 0.0002 1e-04 4e-05 1e-05 0.1 1.0 0.33333334 0.3333333333333333 nan".split(" "),
    );
  });

  it("takes another separator, and quotes what holds it", async () => {
    const epochs = [{ "a;b": 1, 'say "hi"': 2, val_x: 3 }];
    await play([csvLogger({ filename: file(), separator: ";" })], { epochs });
    expect(text()).toBe('epoch;"a;b";"say ""hi""";val_x\r\n0;1.0;2.0;3.0\r\n');
  });

  it.each(["", ";;"])("refuses %j as a separator: it is one character", (separator) => {
    expect(() => csvLogger({ filename: file(), separator })).toThrow(
      `CSVLogger separator must be one character, but got ${JSON.stringify(separator)}`,
    );
  });

  it("makes the folder, and names the file that cannot be written", async () => {
    const deep = join(folder, "a", "b", "log.csv");
    await play([csvLogger({ filename: deep })], { epochs: [{ val_loss: 1 }] });
    expect(readFileSync(deep, "utf8")).toContain("epoch,val_loss");
    mkdirSync(file());
    const attempt = play([csvLogger({ filename: file() })], { epochs: [{}] });
    await expect(attempt).rejects.toThrow(TrazoError);
    await expect(play([csvLogger({ filename: file() })], { epochs: [{}] })).rejects.toThrow(file());
  });
});

describe("jsonLinesLogger", () => {
  it("writes an object an epoch and a line", async () => {
    await play([jsonLinesLogger({ filename: file() })], {
      epochs: [{ loss: 0.5 }, { loss: 0.25, val_loss: 1 }],
      initialEpoch: 4,
    });
    const lines = text().split("\n");
    expect(lines.slice(0, 2).map((line) => JSON.parse(line))).toEqual([
      { epoch: 4, loss: 0.5 },
      { epoch: 5, loss: 0.25, val_loss: 1 },
    ]);
    expect(lines[2]).toBe("");
  });

  it("names what JSON has no number for, so that readers can tell", async () => {
    const logs = { loss: Number.NaN, val_loss: Number.POSITIVE_INFINITY, least: Number.NEGATIVE_INFINITY };
    await play([jsonLinesLogger({ filename: file() })], { epochs: [logs] });
    expect(text()).toBe('{"epoch":0,"loss":"NaN","val_loss":"Infinity","least":"-Infinity"}\n');
  });

  it("starts afresh, or continues with append", async () => {
    const once = { epochs: [{ loss: 1 }] };
    await play([jsonLinesLogger({ filename: file() })], once);
    await play([jsonLinesLogger({ filename: file() })], once);
    expect(text()).toBe('{"epoch":0,"loss":1}\n');
    await play([jsonLinesLogger({ filename: file(), append: true })], once);
    expect(text()).toBe('{"epoch":0,"loss":1}\n{"epoch":0,"loss":1}\n');
  });
});
