import { TrazoError } from "../errors.js";

export function checkSmoothing(labelSmoothing: number): void {
  if (labelSmoothing >= 0 && labelSmoothing <= 1) return;
  throw new TrazoError(`labelSmoothing must be from 0 to 1, but got ${labelSmoothing}.`);
}
