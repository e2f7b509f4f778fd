import type { DisplayBundle } from "./displayed.js";

interface ConfusionMatrix {
  readonly numClasses: number;
  readonly counts: Int32Array;
  readonly recall: Float64Array;
  readonly precision: Float64Array;
}

const cell = 40;
const left = 64;
const top = 58;
const right = 64;
const bottom = 34;
/** More classes than a reader can tell apart in a picture of this kind. */
const mostClasses = 40;

/**
 * A confusion matrix as a heat map of its rows' shares, with the counts in it.
 *
 * @param text the matrix as a table
 */
export function confusionBundle(matrix: ConfusionMatrix, text: string): DisplayBundle {
  const { numClasses } = matrix;
  if (numClasses === 0 || numClasses > mostClasses) return { "text/plain": text };
  return { "text/plain": text, "image/svg+xml": heatMap(matrix) };
}

function heatMap({ numClasses, counts, recall, precision }: ConfusionMatrix): string {
  const side = numClasses * cell;
  const [width, height] = [left + side + right, top + side + bottom];
  const classes = Array.from({ length: numClasses }, (_, label) => label);
  const cells = classes.flatMap((truth) => {
    const row = counts.subarray(truth * numClasses, (truth + 1) * numClasses);
    const total = row.reduce((a, b) => a + b, 0);
    return classes.map((predicted) => drawCell(truth, predicted, row[predicted] as number, total));
  });
  const heads = classes.flatMap((label) => [
    text(left + (label + 0.5) * cell, top - 10, "head", label),
    text(left - 12, top + (label + 0.5) * cell, "head", label),
    text(left + side + right / 2, top + (label + 0.5) * cell, "share", percent(recall[label])),
    text(left + (label + 0.5) * cell, top + side + 16, "share", percent(precision[label])),
  ]);
  const titles = [
    text(left + side / 2, 16, "title", "predicted"),
    `<text class="title" transform="translate(16 ${top + side / 2}) rotate(-90)">true</text>`,
    text(left + side + right / 2, top - 10, "share", "recall"),
    text(left - 30, top + side + 16, "share", "precision"),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="trazo-confusion" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img" aria-label="Confusion matrix of ${numClasses} classes">${styleSheet}` +
    `<rect class="paper" width="${width}" height="${height}"/>${cells.join("")}${heads.join("")}${titles.join("")}</svg>`
  );
}

/** Right ones in blue, mistakes in vermilion: a few of many samples show, too. */
function drawCell(truth: number, predicted: number, count: number, total: number): string {
  const [x, y] = [left + predicted * cell, top + truth * cell];
  const share = total === 0 ? 0 : count / total;
  const strength = truth === predicted ? 0.15 + 0.85 * share : Math.min(1, Math.sqrt(4 * share));
  const fill = truth === predicted ? "#0072b2" : "#d55e00";
  const shade =
    count === 0
      ? ""
      : `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${fill}" fill-opacity="${strength.toFixed(2)}"/>`;
  const kind = count === 0 ? "none" : strength > 0.6 ? "light" : "dark";
  return `${shade}<rect class="frame" x="${x}" y="${y}" width="${cell}" height="${cell}"/>${text(x + cell / 2, y + cell / 2, kind, count)}`;
}

const text = (x: number, y: number, kind: string, content: string | number): string =>
  `<text class="${kind}" x="${x}" y="${y}">${content}</text>`;

const percent = (share = Number.NaN): string => (Number.isNaN(share) ? "-" : `${(100 * share).toFixed(1)}%`);

const styleSheet =
  "<style>.trazo-confusion{font:12px system-ui,sans-serif}.trazo-confusion .paper{fill:#fff}" +
  ".trazo-confusion text{text-anchor:middle;dominant-baseline:central;fill:#1b1f24}.trazo-confusion .title{font-weight:600;font-size:13px}" +
  ".trazo-confusion .head{font-weight:600}.trazo-confusion .share{fill:#5b6470;font-size:11px}.trazo-confusion .none{fill:#b3bac2}" +
  ".trazo-confusion .light{fill:#fff}.trazo-confusion .frame{fill:none;stroke:#e6e9ed}</style>";
