import type { Answer, CommandName, Question, StudioEvent } from "../protocol/messages.js";
import type { Refusal } from "../protocol/refusals.js";

/** What the thread of the lab is started with. */
export interface LabSettings {
  /** A folder with the four IDX files of a data set; undefined: MNIST. */
  readonly dataDir: string | undefined;
  /** Where the folders of runs go. */
  readonly runsDir: string;
  readonly threads: number | undefined;
}

export type ToLab =
  | { readonly id: number; readonly question: Question }
  | { readonly forget: string }
  | "close";

/** From the lab: that it is ready, answers, and what it tells all pages. */
export type FromLab =
  | "ready"
  | { readonly id: number; readonly answer: Answer<CommandName> }
  | { readonly id: number | undefined; readonly failure: LabFailure }
  | { readonly event: StudioEvent };

/** An error as far as threads can hand it on. */
export interface LabFailure {
  readonly message: string;
  readonly stack: string | undefined;
  /** Whether it was made for people. */
  readonly explained: boolean;
  /** Where the lab has refused a question. */
  readonly refusal: Refusal | undefined;
}
