import { computed, signal } from "@preact/signals";
import type { Refusal } from "../../protocol/refusals.js";

/** What the page has to tell: that the engine refuses something, or that the page cannot do it itself. */
export type Problem =
  | Refusal
  | { readonly kind: "unreadable"; readonly name: string }
  /** It has more than the most pixels that a device's memory should have to hold. */
  | { readonly kind: "huge"; readonly name: string; readonly most: number }
  /** A browser short of room has thrown pictures away. */
  | { readonly kind: "picturesGone" };

/** Why no camera can be used: each needs something else done about it. */
export type CameraProblem = "denied" | "missing" | "busy" | "insecure";

/** Milliseconds that it takes to read what is wrong and what to do. */
const readMs = 8000;

interface Told {
  readonly problem: Problem;
  readonly about: string;
  readonly at: number;
}

/** The problem that the page shows: pages ask much by themselves, whose answers are not to hide it before it is read. */
export class ProblemState {
  readonly shown = computed(() => this.#told.value?.problem);
  /** What could not be done. */
  readonly about = computed(() => this.#told.value?.about);
  readonly #told = signal<Told | undefined>(undefined);

  /** @param about what could not be done */
  tell(problem: Problem, about: string): void {
    this.#told.value = { problem, about, at: performance.now() };
  }

  /** Something has been done: a problem about the same is over, and another is if it was there long enough to be read. */
  settle(about: string): void {
    const told = this.#told.value;
    if (told && (told.about === about || performance.now() - told.at > readMs)) this.clear();
  }

  clear(): void {
    this.#told.value = undefined;
  }
}
