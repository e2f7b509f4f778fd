import { Buffer } from "node:buffer";
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { TrazoError } from "../../errors.js";
import type { StateFields } from "../../state/state-fields.js";
import { explainFileError } from "../files/atomic-file.js";
import { localPath } from "../files/local-path.js";
import { makeFolder } from "../files/make-folder.js";

/** What an interrupted run must know of its file: how long it was before, and what was added. */
export type LogFileState = { readonly before: number; readonly text: string };

/** @throws TrazoError when a saved state does not hold one */
export const logFileState = (fields: StateFields): LogFileState => ({
  before: fields.whole("before", 0),
  text: fields.text("text"),
});

/**
 * A text file that grows by whole lines, each on disk before training continues. What it wrote is kept in memory, so that a
 * file that was removed or damaged comes back whole, and a resumed run can cut off what came after its last saved state.
 */
export class LogFile {
  readonly #path: string;
  readonly #append: boolean;
  #before = 0;
  #text = "";
  #firstLine: string | undefined;

  constructor(path: string | URL, append: boolean) {
    this.#path = localPath(path, "A log file's name");
    this.#append = append;
  }

  get path(): string {
    return this.#path;
  }

  /** The first line that the file had before; undefined when it was empty or begins with an empty line. */
  get firstLine(): string | undefined {
    return this.#firstLine;
  }

  get state(): LogFileState {
    return { before: this.#before, text: this.#text };
  }

  /** Begins: empty, or after what is in the file already. */
  open(): void {
    this.#text = "";
    this.#before = 0;
    this.#firstLine = undefined;
    this.#change(() => {
      if (!this.#append || !existsSync(this.#path)) return this.#rewrite();
      const content = readFileSync(this.#path, "utf8");
      this.#before = statSync(this.#path).size;
      this.#firstLine = /^\uFEFF?([^\r\n]+)/.exec(content)?.[1];
      // A row must not continue a line that was cut off, or that an editor left without an end.
      if (content !== "" && !content.endsWith("\n")) this.#text = content.includes("\r\n") ? "\r\n" : "\n";
    });
  }

  restore({ before, text }: LogFileState): void {
    this.#before = before;
    this.#text = text;
    this.#change(() => this.#rewrite());
  }

  write(text: string): void {
    const before = this.#text;
    this.#text += text;
    this.#change(() => {
      const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? -1;
      // Others may have added to the file; what was taken out of it comes back.
      if (size >= this.#before + Buffer.byteLength(before)) put(this.#path, text, size);
      else this.#rewrite();
    });
  }

  #rewrite(): void {
    makeFolder(dirname(this.#path));
    put(this.#path, this.#text, this.#before);
  }

  #change(change: () => void): void {
    try {
      change();
    } catch (cause) {
      const reason = explainFileError(cause as NodeJS.ErrnoException);
      throw new TrazoError(`The log file ${this.#path} cannot be written: ${reason}.`, { cause });
    }
  }
}

/** Writes `text` at byte `at`, cuts off what follows, and waits for the disk. Writes all of it or, on an error, nothing. */
function put(path: string, text: string, at: number): void {
  const descriptor = openSync(path, existsSync(path) ? "r+" : "w");
  try {
    const begin = Math.min(at, statSync(path).size);
    ftruncateSync(descriptor, begin);
    try {
      writeAll(descriptor, Buffer.from(text), begin);
      fsyncSync(descriptor);
    } catch (error) {
      ftruncateSync(descriptor, begin);
      throw error;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A disk that fills up takes a part first, without an error: that comes with the rest. */
function writeAll(descriptor: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
  }
}
