import type { Mark } from "vega";
import type { FigureTheme } from "../theme.js";

/** Where a mark stands, in pixels of its group. */
export function at(x: number, y: number) {
  return { x: { value: x }, y: { value: y } };
}

export function size(area: { readonly width: number; readonly height: number }) {
  return { width: { value: area.width }, height: { value: area.height } };
}

interface TextLook {
  readonly color: string;
  readonly fontSize?: number;
  readonly weight?: 400 | 600;
  readonly align?: "left" | "center" | "right";
  readonly baseline?: "alphabetic" | "middle" | "top" | "bottom";
  readonly angle?: number;
  readonly name?: string | undefined;
}

export function label(x: number, y: number, text: string, look: TextLook): Mark {
  const { color, fontSize = 12, weight = 400, align = "left", baseline = "middle", angle = 0, name } = look;
  const mark: Mark = {
    type: "text",
    encode: {
      enter: {
        ...at(x, y),
        text: { value: text },
        align: { value: align },
        baseline: { value: baseline },
        angle: { value: angle },
        fontSize: { value: fontSize },
        fontWeight: { value: weight },
        fill: { value: color },
      },
    },
  };
  return name === undefined ? mark : { ...mark, name };
}

/** A small heading in the muted color, as axes have them. */
export function caption(
  x: number,
  y: number,
  text: string,
  theme: FigureTheme,
  look: Partial<TextLook> = {},
): Mark {
  return label(x, y, text, { color: theme.muted, fontSize: 11, ...look });
}

/** Room for the longest of some bold labels in the widest of the usual typefaces: readers' machines differ in theirs. */
export function labelRoom(labels: readonly string[]): number {
  return Math.ceil(8.6 * Math.max(...labels.map(({ length }) => length)));
}
