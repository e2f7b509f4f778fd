import type { Mark } from "vega";
import { outlineOf } from "../page/swatch.js";
import type { FigureTheme } from "../theme.js";
import { at, label } from "./marks.js";

/** What a figure draws, and what it stands for: a kind of line or mark, or a technique by its marker. */
export interface LegendItem {
  readonly key: LegendKey;
  readonly words: string;
}

export type LegendKey =
  | "solid"
  | "dashed"
  | "faint"
  | "hollow"
  | "filled"
  | "range"
  | { readonly technique: string };

/** How a key is drawn, in a box of 30 × 14. */
export interface Glyph {
  readonly path: string;
  /** Where the path's origin lies in the box. */
  readonly origin: readonly [x: number, y: number];
  readonly filled: boolean;
  readonly stroked: boolean;
  readonly dash: readonly number[];
  readonly opacity: number;
}

export const glyphSize = { width: 30, height: 14 };

const circle = "M-4.5,0A4.5,4.5,0,1,1,4.5,0A4.5,4.5,0,1,1,-4.5,0Z";

/** The same drawing for the page's legends and for those of files. */
export function glyphOf(key: LegendKey): Glyph {
  const plain = { origin: [15, 7], filled: false, stroked: true, dash: [], opacity: 1 } as const;
  if (typeof key === "object") {
    return { ...plain, path: outlineOf(key.technique), filled: true, stroked: false };
  }
  const line = { ...plain, path: "M-14,0H14" };
  switch (key) {
    case "solid":
      return line;
    case "dashed":
      return { ...line, dash: [5, 3] };
    case "faint":
      return { ...line, opacity: 0.35 };
    case "hollow":
      return { ...plain, path: circle };
    case "filled":
      return { ...plain, path: circle, filled: true };
    case "range":
      return { ...plain, path: "M-14,-5H14V5H-14Z", filled: true, stroked: false, opacity: 0.25 };
  }
}

const rowHeight = 20;
const between = 20;
/** Wide enough for the usual typefaces at this size. */
const letter = 6.9;

/** A figure's legend in a file, in rows as long as the figure is wide. */
export function legendMarks(
  items: readonly LegendItem[],
  { y, width, theme }: { readonly y: number; readonly width: number; readonly theme: FigureTheme },
): { readonly marks: Mark[]; readonly height: number } {
  let [x, row] = [0, 0];
  const marks = items.flatMap(({ key, words }): Mark[] => {
    const taken = glyphSize.width + 8 + Math.ceil(words.length * letter);
    if (x > 0 && x + taken > width) [x, row] = [0, row + 1];
    const [left, top] = [x, y + row * rowHeight];
    x += taken + between;
    return [
      glyphMark(key, left, top, theme),
      label(left + glyphSize.width + 8, top + glyphSize.height / 2, words, { color: theme.muted }),
    ];
  });
  return { marks, height: items.length === 0 ? 0 : (row + 1) * rowHeight };
}

function glyphMark(key: LegendKey, x: number, y: number, theme: FigureTheme): Mark {
  const { path, origin, filled, stroked, dash, opacity } = glyphOf(key);
  const color = typeof key === "object" ? theme.technique(key.technique) : theme.muted;
  return {
    type: "path",
    encode: {
      enter: {
        ...at(x + origin[0], y + origin[1]),
        path: { value: path },
        opacity: { value: opacity },
        ...(filled ? { fill: { value: color } } : {}),
        ...(stroked ? { stroke: { value: color }, strokeWidth: { value: filled ? 1.5 : 2 } } : {}),
        strokeDash: { value: [...dash] },
      },
    },
  };
}
