import type { Distortion } from "../../robustness/robustness.js";

/** One distortion on which a technique is ahead of all others. */
export interface LeadWords {
  /** As `change` has it. */
  readonly change: string;
  readonly own: string;
  /** The technique that comes second, within a sentence. */
  readonly next: string;
  readonly nextWrong: string;
}

/** What the report says of distorted test digits. Numbers arrive formatted. */
export interface RobustnessText {
  readonly section: string;
  /** For the page's contents. */
  readonly short: string;
  /** How it was measured. */
  readonly intro: (d: { digits: string; of: string; all: boolean }) => string;
  readonly title: string;
  readonly note: string;
  /** Above each panel, with its unit. */
  readonly panels: Readonly<Record<Distortion, string>>;
  /** As a participle that follows "digits"; `grows` is for zooms. */
  readonly change: (distortion: Distortion, amount: string, grows: boolean) => string;
  readonly unchanged: string;
  readonly tip: (d: { name: string; change: string; accuracy: string; wrong: string; of: string }) => string;
  readonly alt: (d: {
    name: string;
    accuracies: readonly (readonly [change: string, accuracy: string])[];
  }) => string;
  readonly table: string;
  readonly baseAndShift: (d: { amount: string; from: string; to: string }) => string;
  readonly leader: (d: { name: string; changes: readonly LeadWords[]; isOnlyAugmented: boolean }) => string;
}
