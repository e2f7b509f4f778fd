import type { Language } from "../data.js";
import type { RobustnessText } from "./robustness.js";

/** What the report says of a technique. */
export interface TechniqueText {
  /** For headings. */
  readonly name: string;
  /** For the ends of lines and narrow columns. */
  readonly short: string;
  /** Within a sentence, with its article where the language wants one. */
  readonly running: string;
  /** What it does, in plain words, before any result. */
  readonly about: string;
}

/** A count of test images with what it is about, already in the language's digits. */
export interface Against {
  readonly digits: string;
  readonly other: string;
}

/**
 * Every string of the report in one language. Numbers arrive formatted (`Numbers`), so that a sentence only has to be
 * put together.
 */
export interface ReportText {
  readonly language: Language;
  readonly title: string;
  readonly kicker: string;
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
    readonly lead: (d: {
      networks: string;
      best: string;
      accuracy: string;
      wrong: string;
      of: string;
    }) => string;
    readonly leadOne: (d: { name: string; accuracy: string; wrong: string; of: string }) => string;
    readonly last: (d: { name: string; wrong: string }) => string;
    readonly allReach: string;
    readonly noneReaches: string;
    readonly someReach: (d: { reached: string; of: string }) => string;
    readonly facts: (d: {
      train: string;
      validation: string;
      test: string;
      epochs: string;
      seeds: string;
      time: string;
    }) => readonly (readonly [label: string, value: string])[];
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
    readonly notes: (d: { several: boolean; penalties: boolean; smoothed: boolean }) => readonly string[];
  };
  readonly figures: {
    readonly comparison: {
      readonly title: (of: string) => string;
      readonly description: string;
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
    readonly target: (d: { reached: boolean; target: string }) => string;
    readonly fewer: (d: Against) => string;
    readonly more: (d: Against) => string;
    readonly alike: (d: Against & { less: boolean; none: boolean }) => string;
    readonly gapAbove: (d: { epoch: string; gap: string; base: string | undefined }) => string;
    readonly gapBelow: (d: { epoch: string; gap: string; base: string | undefined }) => string;
    readonly lossRises: (d: { epoch: string; rise: string }) => string;
    readonly slower: (d: { percent: string; other: string }) => string;
    readonly faster: (d: { percent: string; other: string }) => string;
    readonly sameTime: (d: { other: string }) => string;
    readonly narrower: (d: { layer: string; own: string; base: string; times: string }) => string;
    readonly nearZero: (d: { layer: string; own: string; base: string }) => string;
    readonly firstEpoch: (d: { own: string; base: string }) => string;
    readonly twin: (d: { less: boolean; digits: string; clear: boolean; other: string }) => string;
    readonly mistake: (d: { actual: string; predicted: string; times: string }) => string;
    readonly notebook: (d: {
      published: string;
      epoch: string;
      here: string;
      difference: string;
      above: boolean;
    }) => string;
  };
}
