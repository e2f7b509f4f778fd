import type { MarkerShape } from "../../technique-report.js";
import { slotOf, styleOf } from "../theme.js";
import { type Markup, markup } from "./markup.js";

const outlines: Readonly<Record<MarkerShape, string>> = {
  circle: "M0,-6A6,6,0,1,1,0,6A6,6,0,1,1,0,-6Z",
  square: "M-5.5,-5.5H5.5V5.5H-5.5Z",
  diamond: "M0,-7.5L6,0L0,7.5L-6,0Z",
  cross: "M-2.4,-6.5H2.4V-2.4H6.5V2.4H2.4V6.5H-2.4V2.4H-6.5V-2.4H-2.4Z",
  "triangle-up": "M0,-6.5L7,6H-7Z",
  "triangle-down": "M0,6.5L7,-6H-7Z",
  "triangle-left": "M-6.5,0L6,-7V7Z",
  "triangle-right": "M6.5,0L-6,-7V7Z",
  hexagon: "M-2.5,-6.5H2.5L7,0L2.5,6.5H-2.5L-7,0Z",
  star: "M0,-7.5L2.2,-2.4L7.5,-2.2L3.4,1.5L4.8,6.8L0,3.7L-4.8,6.8L-3.4,1.5L-7.5,-2.2L-2.2,-2.4Z",
};

/** A technique's marker as a path around the origin, 16 pixels across. */
export function outlineOf(technique: string): string {
  return outlines[styleOf(technique).shape];
}

/** A technique's marker in its color, for running text. */
export function swatch(technique: string): Markup {
  return markup`<svg class="swatch" viewBox="-8 -8 16 16" aria-hidden="true" style="color:var(--t-${slotOf(technique)})"><path d="${outlineOf(technique)}"/></svg>`;
}
