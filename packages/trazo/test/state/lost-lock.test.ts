import { mkdirSync, renameSync, rmSync } from "node:fs";
import { expect, it } from "vitest";
import { lockFolder } from "../../src/node/state/lock.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();

it.each(["removed", "renamed", "made anew"])(
  "a folder that was %s is lost because it is not there",
  async (how) => {
    const folder = path(how);
    const lock = await lockFolder(folder);
    if (how === "renamed") renameSync(folder, `${folder} away`);
    else rmSync(folder, { recursive: true });
    if (how === "made anew") mkdirSync(folder);
    await expect(lock.requireHeld()).rejects.toMatchObject({
      message: expect.stringContaining("was removed, or taken by another process"),
      cause: { code: "ENOENT" },
    });
    await lock.release();
  },
);
