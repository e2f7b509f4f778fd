import { encodeBase64 } from "./base64.js";
import type { DisplayBundle } from "./displayed.js";
import { picturesOf, type ShownTensor } from "./image-values.js";
import { encodePng } from "./png.js";
import { type Pictures, sheetOf } from "./sheet.js";

const columns = 10;

/** A tensor of images as a sheet of the first ones; any tensor as its first values. */
export function tensorBundle(tensor: ShownTensor): DisplayBundle {
  const text = tensorText(tensor);
  const pictures = picturesOf(tensor);
  return pictures ? sheetBundle(pictures, columns, text) : { "text/plain": text };
}

/** @param text what is shown where there are no pictures */
export const sheetBundle = (pictures: Pictures, columns: number, text: string): DisplayBundle => ({
  "text/plain": text,
  "image/png": encodeBase64(encodePng(sheetOf(pictures, columns))),
});

const mostRows = 8;
const mostValues = 10;

/** The type, the shape, and the first values of the first rows. */
function tensorText({ dtype, shape, data, divisor = 1 }: ShownTensor): string {
  const scale = divisor === 1 ? "" : ` / ${divisor}`;
  const head = `${dtype}${scale} [${shape.join(", ")}]`;
  const rowLength = shape.at(-1) ?? 1;
  if (data.length === 0 || rowLength === 0) return head;
  const rows = data.length / rowLength;
  const shownRows = Math.min(rows, mostRows);
  const cut = rowLength > mostValues ? ", …" : "";
  const lines = Array.from({ length: shownRows }, (_, row) => {
    const start = row * rowLength;
    const values = [...data.subarray(start, start + Math.min(rowLength, mostValues))];
    return `[${values.map((value) => valueText(value, divisor)).join(", ")}${cut}]`;
  });
  return [head, ...lines, ...(rows > shownRows ? ["…"] : [])].join("\n");
}

function valueText(value: number | bigint, divisor: number): string {
  if (typeof value === "bigint") return String(value);
  return String(Number((value / divisor).toPrecision(5)));
}
