/**
 * Puts labels below a line into rows, the first one as long as they fit there.
 *
 * @param labels their middles and widths, from left to right
 * @returns the row of each, from 0
 */
export function inRows(labels: readonly { readonly middle: number; readonly width: number }[]): number[] {
  const ends: number[] = [];
  return labels.map(({ middle, width }) => {
    const free = ends.findIndex((end) => middle - width / 2 > end);
    const row = free < 0 ? ends.length : free;
    ends[row] = middle + width / 2;
    return row;
  });
}
