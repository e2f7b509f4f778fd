import { type Markup, markup } from "../../report/page/markup.js";
import type { Examination } from "../examine.js";
import type { PictureText } from "../text/index.js";

/** Larger tables cannot be read. */
const mostClasses = 30;

/** What pictures are (rows) and what they were taken for (columns). */
export function confusionTable(
  { classNames, confusion, classes }: Examination,
  { page: words }: PictureText,
): Markup {
  const count = classNames.length;
  if (count > mostClasses) return markup`<p class="note">${words.tooManyClasses}</p>`;
  const times = (row: number, column: number): number => confusion[row * count + column] as number;
  const cell = (row: number, column: number): Markup => {
    const share = times(row, column) / Math.max(1, classes[row]?.recall.of ?? 1);
    const color = row === column ? "var(--accent)" : "var(--wrong)";
    const title = words.cell(classNames[row] as string, classNames[column] as string, times(row, column));
    return markup`<td title="${title}" style="background:color-mix(in srgb,${color} ${Math.round(70 * share)}%,transparent)">${times(row, column) || ""}</td>`;
  };
  return markup`<div class="scroll"><table class="confusion"><thead><tr><th scope="col">${words.isTakenFor}</th>${classNames.map((name) => markup`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${classNames.map((name, row) => markup`<tr><th scope="row">${name}</th>${classNames.map((_, column) => cell(row, column))}</tr>`)}</tbody></table></div>`;
}
