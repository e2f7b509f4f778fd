import type { Numbers } from "../numbers.js";
import type { TechniqueSummary } from "../summary.js";
import type { ReportText } from "../text/text.js";
import type { FigureTheme } from "../theme.js";

/** What every figure is drawn with. */
export interface FigureContext {
  readonly summaries: readonly TechniqueSummary[];
  readonly testImages: number;
  readonly text: ReportText;
  readonly numbers: Numbers;
  readonly theme: FigureTheme;
  /** Whether the figure carries its title: in a file of its own, not in the page, which has a heading. */
  readonly titled: boolean;
}

/** A plot as a text that stands alone. */
export interface Figure {
  /** A file's name without its ending: `accuracy`, `confusion-l2`, … */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}
