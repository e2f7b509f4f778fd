import { TrazoError } from "../../errors.js";
import { formatShape } from "../shape.js";
import type { Value } from "../value.js";

/** @throws TrazoError when the values that an operator combines are of several dtypes */
export function requireEqualDtypes(op: string, a: Value, b: Value): void {
  if (a.dtype === b.dtype) return;
  throw new TrazoError(
    `${op} needs equal dtypes, but got ${a.dtype} ${formatShape(a.shape)} and ${b.dtype} ${formatShape(b.shape)}.`,
  );
}

/** @throws TrazoError when a channels-first image is not of rank 4 */
export function requireChannelsFirst(op: string, x: Value): void {
  if (x.shape.length === 4) return;
  throw new TrazoError(
    `${op} takes images of shape [batch, channels, height, width], but got ${formatShape(x.shape)}.`,
  );
}

/** @throws TrazoError when a window is larger than the padded image, so that no output is left */
export function requireOutput(
  op: string,
  sizes: readonly number[],
  x: Value,
  window: readonly number[],
): void {
  if (sizes.every((size) => size > 0)) return;
  throw new TrazoError(
    `${op}: a window of ${formatShape(window)} with its padding does not fit ${formatShape(x.shape)}.`,
  );
}
