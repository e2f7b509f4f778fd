import { type Mark, parse, type Spec, type TitleAnchor, View } from "vega";
import type { FigureContext } from "./figure.js";

/** A plot before it is drawn: its size in CSS pixels, what it shows and its marks. */
export interface Plot {
  readonly name: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly marks: Mark[];
}

/** Draws a plot with Vega, which needs no browser. Marks with a `description` keep it as `data-tip`. */
export async function drawPlot(plot: Plot, { theme, titled }: FigureContext): Promise<string> {
  const spec: Spec = {
    width: plot.width,
    height: plot.height,
    padding: titled ? 16 : 0,
    autosize: "none",
    background: theme.background ?? "transparent",
    config: {
      text: { font: theme.font, fill: theme.ink },
      title: { font: theme.font, color: theme.ink },
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
    marks: numbered(plot.marks),
    ...(titled
      ? {
          title: {
            text: plot.title,
            anchor: "start" as TitleAnchor,
            fontSize: 16,
            fontWeight: 600,
            offset: 14,
          },
        }
      : {}),
  };
  // Without `autosize: none` Vega guesses text widths, for want of a browser; titles then still need their room.
  const view = new View(parse(titled ? { ...spec, autosize: "pad" } : spec), { renderer: "none" });
  try {
    return tidy(await view.toSVG(), plot.name);
  } finally {
    view.finalize();
  }
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
 * pointer. Clip paths are numbered anew in each drawing, but share one page.
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
