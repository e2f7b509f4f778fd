import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { TrazoError } from "../../src/errors.js";
import { callbacks, layers, type Sequential, sequential } from "../../src/index.js";
import { decodeState, encodeState, type StateValue } from "../../src/state/encoding.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { smallData } from "../model/tiny.js";

const { path } = temporaryFolder();
const [x, y] = smallData(12);

function network(): Sequential {
  const model = sequential(
    [
      layers.input({ shape: x.shape.slice(1) }),
      layers.flatten(),
      layers.dense({ units: y.shape[1] as number, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** Trains to the end of a folder's epochs, from the state in it. */
async function resume(folder: string): Promise<Sequential> {
  const model = network();
  await model.fit(x, y, {
    epochs: 3,
    batchSize: 4,
    verbose: 0,
    validationData: [x, y],
    backup: { backupDir: join(folder, "state"), saveFreq: 2, deleteCheckpoint: false },
    callbacks: [
      callbacks.reduceLROnPlateau(),
      callbacks.earlyStopping({ patience: 9, restoreBestWeights: true }),
      callbacks.modelCheckpoint({ filepath: join(folder, "best.h5"), saveBestOnly: true }),
      callbacks.csvLogger({ filename: join(folder, "history.csv") }),
      callbacks.jsonLinesLogger({ filename: join(folder, "history.jsonl") }),
      callbacks.tensorBoard({ logDir: join(folder, "events") }),
    ],
  });
  return model;
}

/** Every place in a state, as the keys that lead there. */
function placesIn(state: StateValue, keys: readonly string[] = []): string[][] {
  if (typeof state !== "object" || state === null || state instanceof Float32Array) return [[...keys]];
  const inside = Object.entries(state).flatMap(([key, value]) => placesIn(value, [...keys, key]));
  return keys.length === 0 ? inside : [[...keys], ...inside];
}

/** A copy with something else in one place; undefined: without it. */
function forged(
  state: StateValue,
  [key, ...rest]: readonly string[],
  value: StateValue | undefined,
): StateValue {
  if (key === undefined) return value as StateValue;
  const copy = Array.isArray(state) ? [...state] : { ...(state as Record<string, StateValue>) };
  const at = copy as Record<string, StateValue>;
  if (rest.length === 0 && value === undefined) delete at[key];
  else at[key] = forged(at[key] as StateValue, rest, value);
  return copy as StateValue;
}

let state: StateValue;

beforeAll(async () => {
  await resume(path("whole"));
  state = (await decodeState(readFileSync(path("whole/state/state.bin")))) as StateValue;
});

async function attempt(folder: string, bytes: Uint8Array): Promise<unknown> {
  mkdirSync(join(folder, "state"), { recursive: true });
  writeFileSync(join(folder, "state/state.bin"), bytes);
  return await resume(folder).catch((error: unknown) => error);
}

describe("a state with a right checksum and wrong contents", () => {
  it("is refused in words wherever it is wrong, and no part of it is used", async () => {
    const places = placesIn(state).filter(([first]) => first !== "config");
    expect(places.length).toBeGreaterThan(40);
    for (const [i, place] of places.entries()) {
      const value = [undefined, "x", [], { a: 1 }, new Float32Array(1)][i % 5];
      const outcome = await attempt(path(`forged-${i}`), await encodeState(forged(state, place, value)));
      if (!(outcome instanceof Error)) continue;
      expect(outcome, `${place.join(".")} = ${JSON.stringify(value)}`).toBeInstanceOf(TrazoError);
    }
  });

  it.each([
    ["missing", []],
    ["too short", [[new Float32Array(1), new Float32Array(1)]]],
  ])("does not lose the optimizer's state silently: %s", async (what, slots) => {
    const outcome = await attempt(path(`slots-${what}`), await encodeState(forged(state, ["slots"], slots)));
    expect(outcome).toBeInstanceOf(TrazoError);
    expect((outcome as Error).message).toMatch(/^The saved state cannot be used: .*slots must be /);
  });

  it("is damaged when its arrays go beyond its end, or it is no state", async () => {
    const bytes = await encodeState({ a: new Float32Array(4) });
    const text = Buffer.from(bytes).toString("latin1").replace('["array",4]', '["array",9]');
    expect(await decodeState(resealed(Buffer.from(text, "latin1")))).toBe(undefined);
    expect(await decodeState(resealed(Buffer.from(bytes).fill("?", 0, 5)))).toBe(undefined);
  });
});

/** With a checksum that is right again. */
function resealed(bytes: Buffer): Uint8Array {
  const body = bytes.subarray(0, bytes.length - 32);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}
