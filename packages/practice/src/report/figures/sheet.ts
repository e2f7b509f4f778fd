import { markup, raw } from "../page/markup.js";
import type { Picture } from "../pictures.js";
import type { FigureTheme } from "../theme.js";
import { linesOf } from "./lines.js";

export interface SheetPicture extends Picture {
  /** Below the picture; may be empty. */
  readonly label: string;
}

const PADDING = 16;
const TITLE = 36;
const GAP = 10;
const LABEL = 18;
const NOTE_LINE = 17;
/** Letters of the title, and of the note, in the widest of the usual typefaces. */
const TITLE_LETTER = 10.5;
const NOTE_LETTER = 7.2;

/** Pictures in rows under a title and a note, as an SVG of its own. */
export function sheet(
  { title, note }: { title: string; note: string },
  pictures: readonly SheetPicture[],
  { columns: most, side, theme }: { columns: number; side: number; theme: FigureTheme },
): string {
  const columns = Math.min(most, pictures.length);
  const labeled = pictures.some(({ label }) => label !== "");
  const row = side + GAP + (labeled ? LABEL : 0);
  const inner = Math.max(columns * (side + GAP) - GAP, Math.ceil(title.length * TITLE_LETTER));
  const lines = linesOf(note, inner / NOTE_LETTER);
  const width = 2 * PADDING + inner;
  const head = PADDING + TITLE + (lines.length === 0 ? 0 : lines.length * NOTE_LINE + GAP);
  const height = head + Math.ceil(pictures.length / columns) * row - GAP + PADDING;
  const place = (i: number) => ({
    x: PADDING + (i % columns) * (side + GAP),
    y: head + Math.floor(i / columns) * row,
  });
  return String(
    markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${theme.font}">
<rect width="100%" height="100%" fill="${theme.background ?? "none"}"/>
<text x="${PADDING}" y="${PADDING + 16}" font-size="16" font-weight="600" fill="${theme.ink}">${title}</text>
${lines.map(
  (
    line,
    i,
  ) => markup`<text x="${PADDING}" y="${PADDING + TITLE + 6 + i * NOTE_LINE}" font-size="12" fill="${theme.muted}">${line}</text>
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
