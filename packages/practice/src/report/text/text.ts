import type { Language } from "../../language.js";
import type { TechniqueText } from "../../technique-report.js";
import type { RobustnessText } from "./robustness.js";

/** What can be said of the difference between two techniques' wrong test digits. */
export type Verdict =
  | "equal"
  /** So small that another choice of test digits could turn it around. */
  | "may be chance"
  /** Larger, but one of them was trained from a single seed. */
  | "single seed"
  /** Larger, but some seeds say otherwise. */
  | "seeds overlap"
  /** Every seed of one is better than every seed of the other. */
  | "every seed";

/** How far the training accuracy is from the validation accuracy, in percentage points, and on which side. */
export interface Gap {
  readonly points: string;
  /** 1: training above validation, -1: below, 0: the same. */
  readonly sign: number;
}

/**
 * Every string of the report in one language. Numbers arrive formatted (`Numbers`), so that a sentence only has to be
 * put together.
 */
export interface ReportText {
  readonly language: Language;
  readonly title: string;
  readonly kicker: string;
  /** Above the picture of the base network. */
  readonly network: string;
  readonly sections: {
    readonly comparison: string;
    readonly curves: string;
    readonly techniques: string;
    readonly made: string;
  };
  readonly technique: (id: string) => TechniqueText;
  readonly robustness: RobustnessText;
  /** What only figures in files of their own say. */
  readonly files: { readonly misread: string };
  readonly summary: {
    /** @param best several networks where they are equally good */
    readonly lead: (d: {
      networks: string;
      best: readonly string[];
      accuracy: string;
      wrong: string;
      of: string;
    }) => string;
    readonly leadOne: (d: { network: string; accuracy: string; wrong: string; of: string }) => string;
    readonly allAlike: (d: { networks: string; accuracy: string; wrong: string; of: string }) => string;
    readonly last: (d: { networks: readonly string[]; wrong: string }) => string;
    readonly allReach: string;
    readonly noneReaches: string;
    readonly someReach: (d: { reached: string; of: string; single: boolean }) => string;
    readonly facts: (d: {
      train: string;
      validation: string;
      test: string;
      epochs: string;
      seeds: string;
      time: string;
    }) => readonly (readonly [label: string, value: string])[];
  };
  /** Its own name, for the switch to it. */
  readonly languageName: string;
  readonly screens: { readonly show: string; readonly leave: string };
  /** The part of the page in which people draw. */
  readonly draw: {
    readonly section: string;
    readonly short: string;
    readonly intro: string;
    readonly area: string;
    readonly keyboard: string;
    readonly seen: string;
    readonly clear: string;
    readonly undo: string;
    readonly examples: string;
    readonly example: (digit: string) => string;
    readonly network: string;
    readonly reads: string;
    readonly sure: string;
    readonly allDigits: string;
    readonly copies: (d: {
      networks: readonly (readonly [network: string, same: string])[];
      of: string;
    }) => string;
  };
  /** The comparison as a table of text. */
  readonly terminal: {
    readonly head: readonly string[];
    readonly points: (points: string) => string;
    readonly published: (d: { accuracy: string; epoch: number; here: string }) => string;
  };
  readonly table: {
    readonly caption: string;
    readonly technique: string;
    readonly valAccuracy: string;
    readonly epoch: string;
    readonly testLoss: string;
    readonly testAccuracy: string;
    readonly wrong: string;
    readonly gap: string;
    readonly time: string;
    readonly notebook: string;
    readonly byEpoch: (epoch: string) => string;
    readonly here: (figure: string) => string;
    readonly notPublished: string;
    /** Before the table of differences: what is compared. */
    readonly differences: string;
    readonly notes: (d: {
      several: boolean;
      penalties: boolean;
      ofLosses: readonly string[];
      notebook: boolean;
    }) => readonly string[];
  };
  readonly figures: {
    readonly comparison: {
      readonly title: (of: string) => string;
      readonly description: (several: boolean) => string;
      readonly target: string;
    };
    readonly accuracy: { readonly title: string; readonly note: string };
    readonly loss: { readonly title: string; readonly note: string };
    readonly againstTraining: {
      readonly title: string;
      readonly note: string;
      readonly of: (name: string) => string;
    };
    readonly confusion: {
      readonly title: string;
      readonly note: string;
      /** What can be done with it, which is not so on paper. */
      readonly hint: string;
      readonly of: (name: string) => string;
    };
    readonly misread: {
      readonly title: string;
      readonly note: string;
      readonly of: (name: string) => string;
    };
    readonly kernels: { readonly title: string; readonly of: (name: string) => string };
    readonly weights: {
      readonly title: string;
      readonly note: (compared: boolean) => string;
      readonly of: (name: string) => string;
    };
    readonly augmented: {
      readonly title: string;
      readonly note: string;
      readonly of: (name: string) => string;
    };
    readonly kernelsNote: (d: { layer: string; shown: string; of: string; size: string }) => string;
    readonly kernel: (number: string) => string;
    readonly alt: (d: { name: string; from: string; to: string }) => string;
  };
  readonly legend: {
    readonly validation: string;
    readonly training: string;
    readonly notebook: string;
    readonly best: string;
    readonly otherTechniques: string;
    readonly range: string;
  };
  readonly axes: {
    readonly epoch: string;
    readonly accuracy: string;
    readonly loss: string;
    readonly readAs: string;
    readonly trueDigit: string;
    readonly found: string;
  };
  readonly tip: {
    readonly point: (d: { name: string; epoch: string; measure: string; value: string }) => string;
    readonly range: (low: string, high: string) => string;
    readonly notebook: (d: { name: string; epoch: string; value: string }) => string;
    readonly cell: (d: { actual: string; predicted: string; times: string; share: string }) => string;
    readonly bin: (d: { from: string; to: string; share: string }) => string;
    readonly wrong: (d: { name: string; wrong: string; accuracy: string }) => string;
    readonly seed: (d: { seed: string; wrong: string }) => string;
  };
  readonly measures: {
    readonly loss: string;
    readonly accuracy: string;
    readonly valLoss: string;
    readonly valAccuracy: string;
  };
  readonly misreading: (d: { actual: string; predicted: string; probability: string }) => string;
  readonly noMisreadingLikeThat: string;
  readonly showAll: string;
  readonly original: string;
  readonly variant: (number: string) => string;
  readonly numbersTable: string;
  readonly runShown: (d: { seed: string; epoch: string }) => string;
  readonly duration: (d: { minutes: string; seconds: string }) => string;
  readonly durationSeconds: (seconds: string) => string;
  readonly contents: string;
  readonly whatItDoes: string;
  readonly layersOfNetwork: string;
  readonly layersOf: (name: string) => string;
  readonly whatThisRunShows: string;
  readonly made: {
    readonly machine: string;
    readonly software: string;
    readonly command: string;
    readonly began: string;
    readonly date: string;
    readonly seeds: string;
    readonly learningRate: string;
    readonly learningRateFell: (d: { from: string; to: string }) => string;
    readonly offline: string;
  };
  readonly findings: {
    readonly result: (d: {
      accuracy: string;
      wrong: string;
      of: string;
      runs: string;
      several: boolean;
    }) => string;
    readonly target: (d: { reached: boolean; target: string; several: boolean }) => string;
    /** @param less whether it gets fewer digits wrong than the other */
    readonly against: (d: {
      digits: string;
      less: boolean;
      other: string;
      verdict: Verdict;
      several: boolean;
    }) => string;
    readonly underfits: (d: { factor: string | undefined; layer: string; nearZero: string }) => string;
    /** @param epoch the best one; undefined where each seed has its own */
    readonly gap: (d: { epoch: string | undefined; own: Gap; base: Gap | undefined }) => string;
    readonly lossRises: (d: { epoch: string; lowest: string; last: string; overfits: boolean }) => string;
    readonly narrower: (d: { layer: string; own: string; base: string; times: string }) => string;
    readonly nearZero: (d: { layer: string; own: string; base: string }) => string;
    readonly firstEpoch: (d: { own: string; base: string }) => string;
    readonly poorStart: (d: {
      own: string;
      training: string;
      second: string | undefined;
      notebook: string | undefined;
    }) => readonly string[];
    /** @param seed the one the pictures are of, where there are several */
    readonly mistakes: (d: {
      pairs: readonly (readonly [actual: string, predicted: string])[];
      times: string;
      seed: string | undefined;
    }) => string;
    readonly notebook: (d: { published: string; epoch: string; here: string; difference: string }) => string;
  };
}
