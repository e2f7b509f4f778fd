import type { ReportData } from "../data.js";
import type { FigureContext } from "../figures/figure.js";
import { drawPlot, type Plot } from "../figures/vega.js";
import { type Markup, markup, raw } from "./markup.js";

/** What every part of the page is made from. */
export interface Scene extends FigureContext {
  readonly data: ReportData;
}

/** A plot in the page, with its text alternative; `look` is a class. */
export async function embedded(plot: Plot, scene: Scene, alternative: string, look = ""): Promise<Markup> {
  const svg = await drawPlot(plot, scene);
  const id = `figure-${plot.name}`;
  const opening = markup`<svg role="img" id="${id}" class="${look}" aria-label="${alternative}"`;
  return raw(svg.replace(/^<svg( [^>]*?) class="marks" width="[^"]*" height="[^"]*"/, `${opening}$1`));
}
