import { preload } from "trazo/web";
import type { Question } from "../../protocol/messages.js";
import { Refused } from "../../protocol/refusals.js";

/** A small file of the page's host, by which one sees whether others can be fetched. */
const list = new URL(/* @vite-ignore */ "../files.json", import.meta.url);

/** What writes Keras's files, which few visitors need: that part of the page's program is loaded with the first such file. */
export class FileWriter {
  readonly #onLost: (cause: unknown) => void;
  #isLoaded = false;

  /** @param onLost told that this thread cannot load it any more */
  constructor(onLost: (cause: unknown) => void) {
    this.#onLost = onLost;
  }

  /** Loads it for a question that needs it. @throws Refused when it does not come */
  async prepare(question: Question): Promise<void> {
    const isNeeded = "format" in question && question.format === "keras";
    if (!isNeeded || this.#isLoaded) return;
    // Browsers remember a program that did not come, but no other file.
    await this.#orRefuse(fetch(list, { cache: "no-store" }));
    await this.#orRefuse(preload("kerasFiles"), this.#onLost);
    this.#isLoaded = true;
  }

  async #orRefuse(coming: Promise<unknown>, onLost?: (cause: unknown) => void): Promise<void> {
    try {
      await coming;
    } catch (cause) {
      onLost?.(cause);
      throw new Refused({ kind: "notLoaded" }, { cause });
    }
  }
}
