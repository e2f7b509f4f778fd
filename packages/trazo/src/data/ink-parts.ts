import type { Box, Picture } from "./picture.js";

/** A connected piece of ink. */
export interface InkPart extends Box {
  /** In the labels of `inkParts`. */
  readonly label: number;
  /** Pixels. */
  readonly area: number;
  /** Pixels on the picture's edge. */
  readonly contact: number;
  /** Mean distance of its pixels from the nearest edge of the picture. */
  readonly depth: number;
}

/** The pieces of ink, and for each pixel the piece that it belongs to; 0 for none. */
export interface InkParts {
  readonly parts: readonly InkPart[];
  readonly labels: Int32Array;
}

/** Finds the pieces of a gray picture whose pixels are at least `level`; pixels that meet at a corner are connected. */
export function inkParts({ width, height, data }: Picture, level: number): InkParts {
  const labels = new Int32Array(data.length);
  const parts: InkPart[] = [];
  const waiting = new Int32Array(data.length);
  for (let start = 0; start < data.length; start++) {
    if (labels[start] !== 0 || (data[start] as number) < level) continue;
    parts.push(fill(start, parts.length + 1));
  }
  return { parts, labels };

  function fill(start: number, label: number): InkPart {
    let [left, right, top, bottom] = [width, -1, height, -1];
    let [area, contact, depth] = [0, 0, 0];
    let count = 1;
    waiting[0] = start;
    labels[start] = label;
    while (count > 0) {
      const at = waiting[--count] as number;
      const x = at % width;
      const y = (at - x) / width;
      [left, right, top, bottom] = [
        Math.min(left, x),
        Math.max(right, x),
        Math.min(top, y),
        Math.max(bottom, y),
      ];
      const distance = Math.min(x, y, width - 1 - x, height - 1 - y);
      area++;
      depth += distance;
      if (distance === 0) contact++;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (labels[next] !== 0 || (data[next] as number) < level) continue;
          labels[next] = label;
          waiting[count++] = next;
        }
      }
    }
    return {
      label,
      area,
      contact,
      depth: depth / area,
      left,
      top,
      width: right - left + 1,
      height: bottom - top + 1,
    };
  }
}

/** What of the ink is the digit. */
export interface ChosenInk {
  /** Pieces that are not part of it. */
  readonly dropped: readonly InkPart[];
  /** What may be wrong with the choice, in sentences. */
  readonly doubts: readonly string[];
}

/** A piece at the edge whose pixels are on average no deeper than this share of the side is a border or a frame. */
const borderDepth = 0.06;
/** A piece that covers this share of the edge is a table or a shadow, when there is something else. */
const longContact = 0.1;
/** What is at least this share of the side can be a digit. */
const digitShare = 0.15;
/** Specks are below this share of the ink. */
const speckShare = 0.01;
/** Digits next to each other have at least this share of the tallest one's height. */
const besideShare = 0.5;
/** No digit is wider than this many heights. */
const widestDigit = 1.8;

/** Tells the digit's pieces from a border, a frame, a table's edge and specks. */
export function chooseInk(parts: readonly InkPart[], { width, height }: Picture): ChosenInk {
  const side = Math.min(width, height);
  const inside = parts.filter(({ contact }) => contact === 0);
  const main = largest(inside);
  const hasMain = main !== undefined && sideOf(main) >= digitShare * side;
  const isForeign = (part: InkPart): boolean =>
    part.contact > 0 &&
    hasMain &&
    (part.depth <= borderDepth * side ||
      part.contact >= longContact * 2 * (width + height) ||
      gapBetween(part, main) > 0.25 * sideOf(main));
  const foreign = parts.filter(isForeign);
  const own = parts.filter((part) => !isForeign(part));
  const specks = specksOf(own);
  const digit = own.filter((part) => !specks.has(part));
  const doubts: string[] = [];
  if (foreign.some((part) => sideOf(part) >= digitShare * side)) {
    doubts.push("Something at the picture's edge was left out, as it does not seem to be part of the digit.");
  }
  if (digit.some(({ contact }) => contact > 0)) {
    doubts.push(
      "The ink touches the picture's edge, so the digit may be cut off or more than a digit may be seen.",
    );
  }
  if (seemsSeveral(digit)) {
    doubts.push(
      "There seems to be more than one digit, but the model reads one at a time: crop the picture to one.",
    );
  }
  return { dropped: [...foreign, ...specks], doubts };
}

const sideOf = ({ width, height }: Box): number => Math.max(width, height);

function largest(parts: readonly InkPart[]): InkPart | undefined {
  let found: InkPart | undefined;
  for (const part of parts) if (!found || part.area > found.area) found = part;
  return found;
}

/** Empty pixels between two boxes, along the axis where there are more. */
function gapBetween(a: Box, b: Box): number {
  const along = (from: number, length: number, otherFrom: number, otherLength: number): number =>
    Math.max(otherFrom - (from + length), from - (otherFrom + otherLength));
  return Math.max(along(a.left, a.width, b.left, b.width), along(a.top, a.height, b.top, b.height));
}

/** Small pieces outside the box of the others. */
function specksOf(parts: readonly InkPart[]): ReadonlySet<InkPart> {
  const least = speckShare * parts.reduce((sum, { area }) => sum + area, 0);
  const box = boxAround(parts.filter(({ area }) => area >= least));
  const isSpeck = (part: InkPart): boolean =>
    part.area < least && box !== undefined && gapBetween(part, box) > 0.05 * sideOf(box);
  return new Set(parts.filter(isSpeck));
}

/** undefined around nothing. */
function boxAround([first, ...others]: readonly Box[]): Box | undefined {
  if (!first) return undefined;
  let { left, top } = first;
  let [right, bottom] = [left + first.width, top + first.height];
  for (const part of others) {
    left = Math.min(left, part.left);
    top = Math.min(top, part.top);
    right = Math.max(right, part.left + part.width);
    bottom = Math.max(bottom, part.top + part.height);
  }
  return { left, top, width: right - left, height: bottom - top };
}

/** Pieces next to or below each other, or ink wider than a digit is. */
function seemsSeveral(parts: readonly InkPart[]): boolean {
  const box = boxAround(parts);
  if (!box) return false;
  if (box.width > widestDigit * box.height) return true;
  return hasSeveral(groups(parts, "left", "width", 0.05)) || hasSeveral(groups(parts, "top", "height", 0.2));
}

function hasSeveral(found: readonly Box[]): boolean {
  const tallest = found.reduce((most, { height }) => Math.max(most, height), 0);
  return found.filter(({ height }) => height >= besideShare * tallest).length > 1;
}

/**
 * Boxes around pieces that overlap along an axis, or lie nearly next to each other.
 *
 * @param gap what counts as nearly, in sides of the largest piece
 */
function groups(
  parts: readonly InkPart[],
  start: "left" | "top",
  length: "width" | "height",
  gap: number,
): Box[] {
  const sorted = [...parts].sort((a, b) => a[start] - b[start]);
  const reach = gap * parts.reduce((most, part) => Math.max(most, sideOf(part)), 0);
  const found: InkPart[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const part of sorted) {
    if (part[start] > end + reach) found.push([]);
    found.at(-1)?.push(part);
    end = Math.max(end, part[start] + part[length]);
  }
  return found.map((group) => boxAround(group) as Box);
}

/** The picture without the pieces that were dropped, nor the soft rims around them. */
export function withoutParts(picture: Picture, { labels }: InkParts, dropped: readonly InkPart[]): Picture {
  if (dropped.length === 0) return picture;
  const { width, height, data } = picture;
  const isDropped = new Set(dropped.map(({ label }) => label));
  const rim = Math.max(1, Math.round(Math.max(width, height) / 128));
  const cleared = data.slice();
  for (let i = 0; i < labels.length; i++) {
    if (!isDropped.has(labels[i] as number)) continue;
    const x = i % width;
    const y = (i - x) / width;
    for (let ny = Math.max(0, y - rim); ny <= Math.min(height - 1, y + rim); ny++) {
      for (let nx = Math.max(0, x - rim); nx <= Math.min(width - 1, x + rim); nx++) {
        const at = ny * width + nx;
        const label = labels[at] as number;
        if (label === 0 || isDropped.has(label)) cleared[at] = 0;
      }
    }
  }
  return { ...picture, data: cleared };
}
