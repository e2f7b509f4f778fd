import { afterEach, expect, it, vi } from "vitest";
import { opfs } from "../../src/web/index.js";

afterEach(() => vi.unstubAllGlobals());

const withFolder = (getDirectory: () => Promise<unknown>) =>
  vi.stubGlobal("navigator", { storage: { getDirectory } });

it("a private window, which has no file system, is told of in words", async () => {
  withFolder(() => Promise.reject(new Error("The operation failed for an unknown transient reason")));
  const message =
    /^The browser gives this page no file system, as in a private window \(.*\): use a path of a database/;
  await expect(opfs().read("model.keras")).rejects.toThrow(message);
  await expect(opfs().write("model.keras", new Uint8Array(1))).rejects.toThrow(message);
  await expect(opfs().list()).rejects.toThrow(message);
});

it("a browser that cannot write such files is told of in words", async () => {
  withFolder(async () => ({ getFileHandle: async () => ({}) }));
  await expect(opfs().write("model.keras", new Uint8Array(1))).rejects.toThrow(
    "Cannot write model.keras: this browser cannot write such files; use a path of a database",
  );
});
