import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { explainReadError, writeFileAtomically } from "trazo/node";
import { QueueError } from "../failures/index.js";
import type { ObjectStore } from "./object-store.js";

/** Objects as files of a folder, which several machines may share. */
export class FolderObjects implements ObjectStore {
  readonly name: string;

  constructor(private readonly root: string) {
    this.name = resolve(root);
  }

  async has(key: string): Promise<boolean> {
    return existsSync(this.pathOf(key));
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = this.pathOf(key);
    try {
      return await readFile(path);
    } catch (cause) {
      const error = cause as NodeJS.ErrnoException;
      if (error.code === "ENOENT") return undefined;
      throw new QueueError(({ cannotRead }) => cannotRead(path, explainReadError(error)), { cause });
    }
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await writeFileAtomically(this.pathOf(key), bytes);
  }

  async remove(key: string): Promise<void> {
    const path = this.pathOf(key);
    try {
      await rm(path, { force: true });
    } catch (cause) {
      throw new QueueError(({ cannotRemove }) => cannotRemove(path, (cause as Error).message), { cause });
    }
  }

  close(): void {}

  private pathOf(key: string): string {
    return join(this.root, ...key.split("/"));
  }
}
