import { type Markup, markup } from "../../report/page/markup.js";
import type { LoggedEpoch } from "../../runs/run-folder.js";
import { figureIn, type PictureText } from "../text/index.js";

const [width, height] = [520, 240];
const room = { left: 46, right: 12, top: 12, bottom: 30 };
const mostTicks = 10;

/** A figure per epoch, while training and on the validation pictures. */
export function curveFigure(
  history: readonly LoggedEpoch[],
  { name, title, bestEpoch, isShare }: { name: string; title: string; bestEpoch: number; isShare: boolean },
  { page: words, locale }: PictureText,
): Markup {
  const series = [
    {
      key: name,
      label: words.training,
      style: "stroke:var(--muted);stroke-dasharray:5 4",
      color: "var(--muted)",
    },
    { key: `val_${name}`, label: words.validation, style: "stroke:var(--accent)", color: "var(--accent)" },
  ].map((one) => ({ ...one, values: history.map((logs) => logs[one.key]) }));
  const values = series
    .flatMap((one) => one.values)
    .filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  const [low, high] = rangeOf(values, isShare);
  const x = (epoch: number): number =>
    room.left + ((epoch - 1) / Math.max(1, history.length - 1)) * (width - room.left - room.right);
  const y = (value: number): number =>
    height - room.bottom - ((value - low) / (high - low)) * (height - room.top - room.bottom);
  const figure = (value: number, digits: number): string => figureIn({ locale }, value, digits);
  const text = (value: number): string =>
    isShare ? `${Math.round(100 * value)} %` : figure(value, high < 1 ? 2 : 1);
  const rows = [0, 1, 2, 3, 4].map((i) => low + ((high - low) * i) / 4);
  const every = Math.max(1, Math.ceil(history.length / mostTicks));
  const epochs = history.map((_, i) => i + 1).filter((epoch) => (epoch - 1) % every === 0);
  return markup`<figure class="card"><h4>${title}</h4>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${series.map(({ label, values }) => words.atTheEnd(label, text(values.at(-1) ?? 0))).join(", ")}" font-size="12">
${rows.map(
  (
    value,
  ) => markup`<line x1="${room.left}" x2="${width - room.right}" y1="${y(value)}" y2="${y(value)}" stroke="var(--grid)"/>
<text x="${room.left - 6}" y="${y(value) + 4}" text-anchor="end" fill="var(--muted)">${text(value)}</text>`,
)}
${epochs.map((epoch) => markup`<text x="${x(epoch)}" y="${height - 10}" text-anchor="middle" fill="var(--muted)">${epoch}</text>`)}
<line x1="${x(bestEpoch)}" x2="${x(bestEpoch)}" y1="${room.top}" y2="${height - room.bottom}" stroke="var(--line)"/>
${series.map(
  ({ values, style }) =>
    markup`<polyline fill="none" stroke-width="2" style="${style}" points="${values.map((value, i) => (value === undefined ? "" : `${x(i + 1).toFixed(1)},${y(Math.min(value, high)).toFixed(1)}`)).join(" ")}"/>`,
)}</svg>
<ul class="legend">${series.map(({ label, style }) => markup`<li><svg viewBox="0 0 30 14" aria-hidden="true"><path d="M0 7H30" fill="none" stroke-width="2" style="${style}"/></svg>${label}</li>`)}<li>${words.kept(bestEpoch)}</li></ul></figure>`;
}

/** Keeps one outlying epoch from flattening the rest. */
function rangeOf(values: readonly number[], isShare: boolean): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const most = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 1;
  const least = sorted[0] ?? 0;
  if (isShare) return [Math.max(0, Math.floor(10 * least) / 10 - (least === 1 ? 0.1 : 0)), 1];
  return [0, Math.max(most, 1e-3) * 1.05];
}
