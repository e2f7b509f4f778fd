/** How a technique is drawn wherever it appears: a colour for light and for dark paper, and a marker. */
export interface TechniqueStyle {
  /** Name of its colour in the page's style sheet. */
  readonly slot: string;
  readonly light: string;
  readonly dark: string;
  /** A Vega symbol: the marker tells techniques apart where colours do not. */
  readonly shape: string;
}

const STAR =
  "M0,-0.62L0.18,-0.2L0.62,-0.18L0.28,0.12L0.4,0.56L0,0.3L-0.4,0.56L-0.28,0.12L-0.62,-0.18L-0.18,-0.2Z";

/** A Vega symbol of its own, one unit across. */
export const HEXAGON = "M-0.22,-0.6H0.22L0.6,0L0.22,0.6H-0.22L-0.6,0Z";

/**
 * Colours after Okabe and Ito's set for colour-blind readers ("Color Universal Design", 2008), darkened for light paper
 * and lightened for dark paper until each reaches a contrast of 3:1 with it.
 */
const styles: Readonly<Record<string, TechniqueStyle>> = {
  base: { slot: "base", light: "#565c66", dark: "#b4bac4", shape: "circle" },
  l2: { slot: "l2", light: "#0068b5", dark: "#5db2f5", shape: "square" },
  l1: { slot: "l1", light: "#2b93c4", dark: "#9adcf7", shape: "triangle-left" },
  "elastic-net": { slot: "elastic-net", light: "#6a5acd", dark: "#aea2ff", shape: "triangle-right" },
  dropout: { slot: "dropout", light: "#cc5500", dark: "#ff9a57", shape: "triangle-up" },
  batchnorm: { slot: "batchnorm", light: "#00825d", dark: "#43d3a4", shape: "diamond" },
  augmentation: { slot: "augmentation", light: "#b03a82", dark: "#f391c8", shape: "triangle-down" },
  "augmentation-tuned": { slot: "augmentation-tuned", light: "#6d1f4f", dark: "#ffcbe6", shape: HEXAGON },
  mlp: { slot: "mlp", light: "#8a6d1a", dark: "#dcbb52", shape: "cross" },
  best: { slot: "best", light: "#b8001f", dark: "#ff7380", shape: STAR },
};

const other: TechniqueStyle = { slot: "other", light: "#5f5f5f", dark: "#b0b0b0", shape: "circle" };

export function styleOf(technique: string): TechniqueStyle {
  return styles[technique] ?? other;
}

export const allStyles: readonly TechniqueStyle[] = [...Object.values(styles), other];

/** The colours that figures are made of. */
export interface FigureTheme {
  readonly font: string;
  readonly background: string | null;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly surface: string;
  readonly wrong: string;
  technique(id: string): string;
}

/** Inside the page colours follow its style sheet, and so the reader's light or dark setting. */
export const pageTheme: FigureTheme = {
  font: "inherit",
  background: null,
  ink: "var(--ink)",
  muted: "var(--muted)",
  grid: "var(--grid)",
  surface: "var(--surface)",
  wrong: "var(--wrong)",
  technique: (id) => `var(--t-${styleOf(id).slot})`,
};

/** A file of its own is printed or put in a document: dark on white. */
export const fileTheme: FigureTheme = {
  font: "Helvetica, Arial, DejaVu Sans, sans-serif",
  background: "#ffffff",
  ink: "#1b1d22",
  muted: "#5c6068",
  grid: "#e4e5e9",
  surface: "#ffffff",
  wrong: "#c2410c",
  technique: (id) => styleOf(id).light,
};
