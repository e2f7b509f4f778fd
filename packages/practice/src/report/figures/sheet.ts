import { markup, raw } from "../page/markup.js";
import type { Picture } from "../pictures.js";
import type { FigureTheme } from "../theme.js";

export interface SheetPicture extends Picture {
  /** Below the picture; may be empty. */
  readonly label: string;
}

const PADDING = 16;
const TITLE = 36;
const GAP = 10;
const LABEL = 18;

/** Pictures in rows under a title, as an SVG of its own. */
export function sheet(
  title: string,
  pictures: readonly SheetPicture[],
  { columns, side, theme }: { columns: number; side: number; theme: FigureTheme },
): string {
  const labelled = pictures.some(({ label }) => label !== "");
  const row = side + GAP + (labelled ? LABEL : 0);
  const width = Math.max(2 * PADDING + columns * (side + GAP) - GAP, PADDING * 2 + title.length * 9);
  const height = 2 * PADDING + TITLE + Math.ceil(pictures.length / columns) * row - GAP;
  const place = (i: number) => ({
    x: PADDING + (i % columns) * (side + GAP),
    y: PADDING + TITLE + Math.floor(i / columns) * row,
  });
  return String(
    markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${theme.font}">
<rect width="100%" height="100%" fill="${theme.background ?? "none"}"/>
<text x="${PADDING}" y="${PADDING + 16}" font-size="16" font-weight="600" fill="${theme.ink}">${title}</text>
${pictures.map(({ address, label }, i) => {
  const { x, y } = place(i);
  return markup`<rect x="${x - 0.5}" y="${y - 0.5}" width="${side + 1}" height="${side + 1}" fill="none" stroke="${theme.grid}"/>
<image x="${x}" y="${y}" width="${side}" height="${side}" href="${raw(address)}" style="image-rendering:pixelated"/>
${label === "" ? "" : markup`<text x="${x + side / 2}" y="${y + side + 14}" text-anchor="middle" font-size="12" fill="${theme.ink}">${label}</text>`}
`;
})}</svg>`,
  );
}
