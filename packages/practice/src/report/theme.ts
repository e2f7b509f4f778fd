import type { MarkerShape, TechniqueStyle } from "../technique-report.js";
import { techniques } from "../techniques/index.js";
import { knownReport } from "./known-report.js";

/** Symbols that Vega does not have, one unit across. */
const ownSymbols: Partial<Record<MarkerShape, string>> = {
  star: "M0,-0.62L0.18,-0.2L0.62,-0.18L0.28,0.12L0.4,0.56L0,0.3L-0.4,0.56L-0.28,0.12L-0.62,-0.18L-0.18,-0.2Z",
  hexagon: "M-0.22,-0.6H0.22L0.6,0L0.22,0.6H-0.22L-0.6,0Z",
};

/** A technique's marker as Vega takes it. */
export function symbolOf(technique: string): string {
  const { shape } = styleOf(technique);
  return ownSymbols[shape] ?? shape;
}

const other: TechniqueStyle = { light: "#5f5f5f", dark: "#b0b0b0", shape: "circle" };

/**
 * How a technique is drawn. Colors are after Okabe and Ito's set for color-blind readers ("Color Universal Design", 2008), darkened
 * for light paper and lightened for dark paper until each reaches a contrast of 3:1 with it.
 */
export const styleOf = (technique: string): TechniqueStyle => knownReport(technique)?.style ?? other;

/** Name of a technique's color in the page's style sheet. */
export const slotOf = (technique: string): string => (knownReport(technique) ? technique : "other");

/** Every style with its name in the page's style sheet. */
export const allStyles: readonly (readonly [slot: string, style: TechniqueStyle])[] = [
  ...techniques.map(({ name, report }) => [name, report.style] as const),
  ["other", other],
];

/** The colors that figures are made of. */
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

/** Inside the page colors follow its style sheet, and so the reader's light or dark setting. */
export const pageTheme: FigureTheme = {
  font: "inherit",
  background: null,
  ink: "var(--ink)",
  muted: "var(--muted)",
  grid: "var(--grid)",
  surface: "var(--surface)",
  wrong: "var(--wrong)",
  technique: (id) => `var(--t-${slotOf(id)})`,
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
