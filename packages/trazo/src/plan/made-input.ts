import type { Place, Step } from "./program/program.js";

/** An input of samples that a program makes itself, of what it is given in its place. */
export interface MadeInput {
  /** That the graph has for it. */
  readonly name: string;
  readonly parts: readonly MadePart[];
  /** Bytes that the steps write over. */
  readonly scratch: number;
  /** Makes the rows of a block. */
  steps(y: Place, parts: readonly Place[], scratch: Place): readonly Step[];
}

/** Something that an input is made of. */
export interface MadePart {
  /** Under which it is fed. */
  readonly name: string;
  /** Of each sample, or where it is the same for all, in all. */
  readonly bytes: number;
  readonly isForAll?: boolean;
}
