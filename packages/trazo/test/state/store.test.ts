import { copyFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { StateStore } from "../../src/node/state/store.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();

/** What a process that is started again finds. */
const found = (folder: string) => new StateStore(folder).load();
const warning = expect.stringContaining("resuming from the state saved before it");
const latest = (folder: string): string => join(folder, "state.bin");
const damage = (file: string): void => truncateSync(file, 40);

/** A folder in which states were saved one after another. */
async function savedIn(name: string, states: readonly string[] = ["A", "B"]): Promise<string> {
  const store = new StateStore(path(name));
  for (const state of states) await store.save(state);
  return path(name);
}

/** Puts a state where a process leaves it that is killed before the last renaming. */
async function leaveUnnamed(folder: string, state: string): Promise<string> {
  const file = join(folder, "state.new.bin");
  copyFileSync(latest(await savedIn(`source of ${state}`, [state])), file);
  return file;
}

describe("after a fall back to the state before", () => {
  it.each([
    ["damaged", damage],
    ["removed", (file: string) => rmSync(file)],
  ])("saving keeps that one, not the latest one that was %s", async (what, harm) => {
    const folder = await savedIn(`fallen back, ${what}`);
    harm(latest(folder));
    const store = new StateStore(folder);
    expect(await store.load()).toEqual({ state: "A", warning });
    await store.save("C");
    expect(await found(folder)).toEqual({ state: "C", warning: undefined });
    damage(latest(folder));
    expect(await found(folder)).toEqual({ state: "A", warning });
  });

  it("the next states take turns again", async () => {
    const folder = await savedIn("turns");
    damage(latest(folder));
    const store = new StateStore(folder);
    await store.load();
    await store.save("C");
    await store.save("D");
    damage(latest(folder));
    expect(await found(folder)).toEqual({ state: "C", warning });
  });
});

describe("a state that was written but had not got its name when the process was killed", () => {
  it("is found, also where no other one is whole", async () => {
    const folder = await savedIn("unnamed");
    await leaveUnnamed(folder, "C");
    damage(latest(folder));
    damage(join(folder, "state.previous.bin"));
    expect(await found(folder)).toEqual({ state: "C", warning: undefined });
    expect(await found(folder)).toEqual({ state: "C", warning: undefined });
  });

  it("has the one before it to fall back to", async () => {
    const folder = await savedIn("unnamed, then harmed");
    await leaveUnnamed(folder, "D");
    expect(await found(folder)).toEqual({ state: "D", warning: undefined });
    damage(latest(folder));
    expect(await found(folder)).toEqual({ state: "B", warning });
  });

  it("is passed over when it was cut off", async () => {
    const folder = await savedIn("cut");
    damage(await leaveUnnamed(folder, "E"));
    expect(await found(folder)).toEqual({ state: "B", warning: undefined });
  });
});
