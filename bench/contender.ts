/** Something that can do training steps of the base model: batches of 128 real MNIST images, float32. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  readonly threads: number;
  /** Does `n` training steps on successive batches and resolves to the duration of each in milliseconds. */
  steps(n: number): Promise<number[]>;
  close(): Promise<void>;
}

/** What came of starting a contender. One that cannot start is reported, and the others go on. */
export type Started =
  | { readonly status: "ready"; readonly contender: Contender }
  | { readonly status: "not installed" | "failed"; readonly name: string; readonly reason: string };

/** How to start a contender, and how much it is asked for. */
export interface ContenderSource {
  readonly name: string;
  /** Takes seconds a step: gets two rounds of one step, and only when asked for. */
  readonly slow?: boolean;
  /** A variant that is measured only when all are asked for. */
  readonly extra?: boolean;
  start(threads: number): Promise<Started>;
}
