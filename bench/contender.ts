/** What one call of `steps` took of the machine, as the contender's own process counts it. */
export interface Usage {
  /** Processor time per step over all threads, in ms. */
  readonly cpuMs: number;
  /** The most memory that the process has held so far. */
  readonly peakMiB: number;
}

/** Something that can do training steps, float32. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  readonly threads: number;
  /** One entry per call of `steps`, where it is known. */
  readonly usage?: readonly Usage[];
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
