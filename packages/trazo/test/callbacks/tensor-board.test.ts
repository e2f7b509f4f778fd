import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TrainingModel } from "../../src/callbacks/callback.js";
import { crc32c, maskedCrc32c } from "../../src/callbacks/crc32c.js";
import { tensorBoard } from "../../src/node/callbacks/tensor-board.js";
import type { StateValue } from "../../src/state/encoding.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trazo-events-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The records of a TFRecord file, their checksums verified. */
function records(bytes: Buffer): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    expect(bytes.readUInt32LE(at + 8)).toBe(maskedCrc32c(bytes.subarray(at, at + 8)));
    const content = bytes.subarray(at + 12, at + 12 + length);
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(content));
    found.push(content);
    at += length + 16;
  }
  return found;
}

/** Fields of a message by number; nested messages as bytes. */
function fields(bytes: Uint8Array): Map<number, unknown[]> {
  const reader = new BinaryReader(bytes);
  const found = new Map<number, unknown[]>();
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const read: Record<number, () => unknown> = {
      [WireType.Bit64]: () => reader.double(),
      [WireType.Bit32]: () => reader.float(),
      [WireType.Varint]: () => Number(reader.int64()),
      [WireType.LengthDelimited]: () => reader.bytes(),
    };
    found.set(field, [...(found.get(field) ?? []), read[type]?.()]);
  }
  return found;
}

/** Steps and scalars of the only event file in a folder. */
function readScalars(path: string): { version: string; steps: Record<string, number>[] } {
  const [name, ...others] = readdirSync(path);
  expect(others).toEqual([]);
  expect(name).toMatch(/^events\.out\.tfevents\.\d+\./);
  const [first, ...rest] = records(readFileSync(join(path, name as string))).map(fields);
  const text = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array);
  const steps = rest.map((event) => {
    const summary = fields(event.get(5)?.[0] as Uint8Array);
    const scalars = (summary.get(1) ?? []).map((value) => fields(value as Uint8Array));
    return {
      step: event.get(2)?.[0] as number,
      ...Object.fromEntries(scalars.map((value) => [text(value.get(1)?.[0]), value.get(2)?.[0] as number])),
    };
  });
  return { version: text(first?.get(3)?.[0]), steps };
}

describe("tensorBoard", () => {
  it("writes each epoch's curves where TensorBoard looks for them", async () => {
    const callback = tensorBoard({ logDir: folder });
    const model = { optimizer: { learningRate: 0.25, iterations: 0 } } as TrainingModel;
    callback.setModel?.(model);
    await callback.onEpochEnd?.(0, { loss: 0.5, accuracy: 0.75, val_loss: 1.5, lr: 0.25 });
    await callback.onEpochEnd?.(1, { loss: 0.25, accuracy: 0.875, val_loss: 1.25, lr: 0.25 });
    await callback.onTrainEnd?.({});
    expect(readScalars(join(folder, "train"))).toEqual({
      version: "brain.Event:2",
      steps: [
        { step: 0, epoch_loss: 0.5, epoch_accuracy: 0.75, epoch_learning_rate: 0.25 },
        { step: 1, epoch_loss: 0.25, epoch_accuracy: 0.875, epoch_learning_rate: 0.25 },
      ],
    });
    expect(readScalars(join(folder, "validation")).steps).toEqual([
      { step: 0, epoch_loss: 1.5 },
      { step: 1, epoch_loss: 1.25 },
    ]);
  });

  it("makes no validation file without validation", async () => {
    const callback = tensorBoard({ logDir: folder });
    await callback.onEpochEnd?.(0, { loss: 0.5 });
    await callback.onTrainEnd?.({});
    expect(readdirSync(folder)).toEqual(["train"]);
  });

  it.each([0, 1])(
    "does not repeat events that were written after the saved state: %i epochs in it",
    async (saved) => {
      const interrupted = tensorBoard({ logDir: folder });
      await interrupted.onTrainBegin?.({});
      for (let epoch = 0; epoch < saved; epoch++)
        await interrupted.onEpochEnd?.(epoch, { loss: 1, val_loss: 1 });
      const state = interrupted.getState?.() as StateValue;
      await interrupted.onEpochEnd?.(saved, { loss: 0.5, val_loss: 0.5 });
      const resumed = tensorBoard({ logDir: folder });
      await resumed.onTrainBegin?.({});
      resumed.setState?.(state);
      await resumed.onEpochEnd?.(saved, { loss: 0.25, val_loss: 0.25 });
      const steps = [...(saved ? [{ step: 0, epoch_loss: 1 }] : []), { step: saved, epoch_loss: 0.25 }];
      expect(readScalars(join(folder, "train")).steps).toEqual(steps);
      expect(readScalars(join(folder, "validation")).steps).toEqual(steps);
    },
  );

  it("says which folder cannot be written", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const callback = tensorBoard({ logDir: file });
    expect(() => callback.onEpochEnd?.(0, { loss: 1 })).toThrow(new RegExp(`cannot be written to ${file}`));
  });
});

describe("crc32c", () => {
  it("gives RFC 3720's check values", () => {
    expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  });
});
