import { markup, raw } from "../page/markup.js";
import type { Picture } from "../pictures.js";
import type { FigureTheme } from "../theme.js";
import { linesOf } from "./lines.js";

export interface SheetPicture extends Picture {
  /** Below the picture; may be empty. */
  readonly label: string;
}

const padding = 16;
const titleLine = 22;
const gap = 10;
const labelHeight = 18;
const noteLine = 17;
/** Of a sheet with few pictures: its title needs some room. */
const leastInner = 300;
/** Letters of the title, and of the note, in the widest of the usual typefaces. In a narrower one lines are shorter. */
const titleLetter = 10.5;
const noteLetter = 7.2;

/** Pictures in rows under a title and a note, as an SVG of its own. */
export function sheet(
  { title, note }: { title: string; note: string },
  pictures: readonly SheetPicture[],
  { columns: most, side, theme }: { columns: number; side: number; theme: FigureTheme },
): string {
  const columns = Math.min(most, pictures.length);
  const labeled = pictures.some(({ label }) => label !== "");
  const row = side + gap + (labeled ? labelHeight : 0);
  const inner = Math.max(leastInner, columns * (side + gap) - gap);
  const titles = linesOf(title, inner / titleLetter);
  const lines = linesOf(note, inner / noteLetter);
  const width = 2 * padding + inner;
  const titleHeight = titles.length * titleLine + 14;
  const head = padding + titleHeight + (lines.length === 0 ? 0 : lines.length * noteLine + gap);
  const height = head + Math.ceil(pictures.length / columns) * row - gap + padding;
  const place = (i: number) => ({
    x: padding + (i % columns) * (side + gap),
    y: head + Math.floor(i / columns) * row,
  });
  return String(
    markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${theme.font}">
<rect width="100%" height="100%" fill="${theme.background ?? "none"}"/>
${titles.map(
  (
    line,
    i,
  ) => markup`<text x="${padding}" y="${padding + 16 + i * titleLine}" font-size="16" font-weight="600" fill="${theme.ink}">${line}</text>
`,
)}${lines.map(
  (
    line,
    i,
  ) => markup`<text x="${padding}" y="${padding + titleHeight + 6 + i * noteLine}" font-size="12" fill="${theme.muted}">${line}</text>
`,
)}${pictures.map(({ address, label }, i) => {
  const { x, y } = place(i);
  return markup`<rect x="${x - 0.5}" y="${y - 0.5}" width="${side + 1}" height="${side + 1}" fill="none" stroke="${theme.grid}"/>
<image x="${x}" y="${y}" width="${side}" height="${side}" href="${raw(address)}" style="image-rendering:pixelated"/>
${label === "" ? "" : markup`<text x="${x + side / 2}" y="${y + side + 14}" text-anchor="middle" font-size="12" fill="${theme.ink}">${label}</text>`}
`;
})}</svg>`,
  );
}
