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
import { TrazoError } from "../errors.js";
import { explainFileError } from "../formats/atomic-file.js";
import { localPath } from "../formats/local-path.js";
import { makeFolder } from "../formats/make-folder.js";

/** What an interrupted run must know of its file: how long it was before, and what was added. */
export type LogFileState = { readonly before: number; readonly text: string };

/**
 * A text file that grows by whole lines, each on disk before training goes on. What it wrote is kept in memory, so that
 * a file that was removed comes back whole, and an interrupted run can cut off what came after its last saved state.
 */
export class LogFile {
  readonly #path: string;
  readonly #append: boolean;
  #before = 0;
  #text = "";
  #hadContent = false;

  constructor(path: string | URL, append: boolean) {
    this.#path = localPath(path, "A log file's name");
    this.#append = append;
  }

  get hasContent(): boolean {
    return this.#hadContent || this.#text !== "";
  }

  get state(): LogFileState {
    return { before: this.#before, text: this.#text };
  }

  /** Begins: empty, or after what is in the file already. */
  open(): void {
    this.#text = "";
    this.#before = 0;
    this.#hadContent = false;
    this.#change(() => {
      if (this.#append && existsSync(this.#path)) {
        this.#before = statSync(this.#path).size;
        this.#hadContent = /^[^\r\n]/.test(readFileSync(this.#path, "utf8"));
      } else this.#rewrite();
    });
  }

  restore({ before, text }: LogFileState): void {
    this.#before = before;
    this.#text = text;
    this.#change(() => this.#rewrite());
  }

  write(text: string): void {
    this.#text += text;
    this.#change(() => {
      if (existsSync(this.#path)) put(this.#path, text, statSync(this.#path).size);
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

/** Writes `text` at byte `at`, cuts off what follows, and waits for the disk. */
function put(path: string, text: string, at: number): void {
  const descriptor = openSync(path, existsSync(path) ? "r+" : "w");
  try {
    ftruncateSync(descriptor, Math.min(at, statSync(path).size));
    writeSync(descriptor, text, Math.min(at, statSync(path).size), "utf8");
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
