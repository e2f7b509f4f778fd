import type { Language } from "./language.js";

/** What the report says of a technique. */
export interface TechniqueText {
  /** For headings. */
  readonly name: string;
  /** For the ends of lines and narrow columns. */
  readonly short: string;
  /** Its network within a sentence, with its article: "the network with dropout". */
  readonly network: string;
  /** What it does, in plain words, before any result. */
  readonly about: string;
}

export type MarkerShape =
  | "circle"
  | "cross"
  | "diamond"
  | "hexagon"
  | "square"
  | "star"
  | "triangle-down"
  | "triangle-left"
  | "triangle-right"
  | "triangle-up";

/** How a technique is drawn wherever it appears. */
export interface TechniqueStyle {
  /** Its color on light paper, with a contrast of at least 3:1. */
  readonly light: string;
  /** The same for dark paper. */
  readonly dark: string;
  /** Its marker, which tells techniques apart where colors do not. */
  readonly shape: MarkerShape;
}

/** All that the report knows of a technique besides its runs. */
export interface TechniqueReport {
  readonly style: TechniqueStyle;
  readonly text: Readonly<Record<Language, TechniqueText>>;
  /** Its loss contains a penalty on the weights; `factor` is how strong, where that is one number. */
  readonly penalty?: { readonly factor?: number };
  /** Why its loss cannot be compared with others', where it is of another kind. */
  readonly lossNote?: Readonly<Record<Language, string>>;
  /** It has batch normalization: as its only difference from the base network, or among others. */
  readonly normalizes?: "alone" | "among others";
  /** The technique that it is but for one change. Default: the base network. */
  readonly buildsOn?: string;
}
