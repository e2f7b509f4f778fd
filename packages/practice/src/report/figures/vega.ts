import type { Mark, Spec } from "vega";
import type { FigureTheme } from "../theme.js";
import type { FigureContext } from "./figure.js";
import { type LegendItem, legendMarks } from "./legend.js";
import { linesOf } from "./lines.js";
import { at, label, size } from "./marks.js";

/** A plot before it is drawn: its size in CSS pixels, what it shows and its marks. */
export interface Plot {
  readonly name: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly marks: Mark[];
  /** How to read it, in a sentence or two; below the title. */
  readonly note?: string | undefined;
  readonly legend?: readonly LegendItem[] | undefined;
}

/** Sizes in pixels; a letter is as wide as in the widest of the usual typefaces. */
const titleType = { size: 16, line: 22, letter: 10.5 };
const noteType = { size: 12, line: 17, letter: 6.9 };

/**
 * Draws a plot with Vega, which needs no browser. Marks with a `description` keep it as `data-tip`. In a file of its own it
 * carries what the page writes around it: its title, its note and its legend.
 */
export async function drawPlot(plot: Plot, { theme, titled }: FigureContext): Promise<string> {
  const { marks, width, height } = titled ? framed(plot, theme) : plot;
  const spec: Spec = {
    width,
    height,
    // Vega would guess text widths, for want of a browser, and leave room for what it guessed.
    autosize: "none",
    padding: titled ? 16 : 0,
    background: theme.background ?? "transparent",
    config: {
      text: { font: theme.font, fill: theme.ink },
      axis: {
        aria: false,
        labelFont: theme.font,
        labelColor: theme.muted,
        labelFontSize: 12,
        gridColor: theme.grid,
        gridWidth: 1,
        domain: false,
        ticks: false,
        labelPadding: 8,
      },
    },
    marks: numbered(marks),
  };
  // Loaded when a figure is drawn: it takes longer to load than everything else here together.
  const { parse, View } = await import("vega");
  const view = new View(parse(spec), { renderer: "none" });
  try {
    return tidy(await view.toSVG(), plot.name);
  } finally {
    view.finalize();
  }
}

/** A plot with its title and note above it and its legend below. */
function framed(
  { title, note = "", legend = [], marks, width, height }: Plot,
  theme: FigureTheme,
): Pick<Plot, "marks" | "width" | "height"> {
  const titles = linesOf(title, width / titleType.letter);
  const notes = note === "" ? [] : linesOf(note, width / noteType.letter);
  const noteTop = titles.length * titleType.line + 4;
  const top = noteTop + notes.length * noteType.line + 14;
  const below = legendMarks(legend, { y: top + height + 14, width, theme });
  return {
    width,
    height: top + height + (below.height === 0 ? 0 : 14 + below.height),
    marks: [
      ...titles.map((line, i) =>
        label(0, (i + 0.5) * titleType.line, line, {
          color: theme.ink,
          fontSize: titleType.size,
          weight: 600,
        }),
      ),
      ...notes.map((line, i) =>
        label(0, noteTop + (i + 0.5) * noteType.line, line, { color: theme.muted, fontSize: noteType.size }),
      ),
      { type: "group", encode: { enter: { ...at(0, top), ...size({ width, height }) } }, marks },
      ...below.marks,
    ],
  };
}

/** Vega wants names once each; here they are classes for the page, which several marks may share. */
function numbered(marks: readonly Mark[], start = { next: 0 }): Mark[] {
  return marks.map((mark) => {
    const named = mark.name === undefined ? mark : { ...mark, name: `${mark.name} mark-${start.next++}` };
    return named.type === "group" && named.marks !== undefined
      ? { ...named, marks: numbered(named.marks, start) }
      : named;
  });
}

/**
 * The picture as a whole has a text alternative, so its parts need no roles of their own; their texts are for the
 * pointer. Clip paths are numbered again in each drawing, but share one page.
 */
function tidy(svg: string, name: string): string {
  return svg
    .replace(/ class="mark-[a-z]+ role-[a-z-]+(?: ([^"]*?))?(?: mark-\d+)?"/g, (_, name) =>
      name === undefined ? "" : ` class="${name}"`,
    )
    .replace(/ role="graphics-[a-z]+"/g, "")
    .replace(/ aria-roledescription="[^"]*"/g, "")
    .replace(/ aria-hidden="true"/g, "")
    .replace(/ aria-label="/g, ' data-tip="')
    .replace(/<path class="(?:background|foreground)" d="[^"]*"(?: display="none")?\/>/g, "")
    .replace(/ (?:d|transform|x2|y2)="[^"]*"/g, rounded)
    .replace(/\b(clip|gradient_)(\d+)\b/g, `${name}-$1$2`);
}

/** Hundredths of a pixel are enough. */
function rounded(attribute: string): string {
  return attribute.replace(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))));
}
