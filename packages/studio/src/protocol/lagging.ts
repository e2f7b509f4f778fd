import type { RunMeasures, RunRecord } from "./messages.js";

/** By how much more of the digits a network must read with their own averages for the page to say so: of 1,000 digits 20, which is not chance. */
const seen = 0.02;

/** Accuracy from which on a network counts as trained enough to say whether its averages have caught up, and how close they must be for that. */
export const trained = 0.9;
export const close = 0.01;

/** Whether a network reads worse than it has learned to, as the moving averages of its batch normalization have not caught up. */
export function isLagging({ checks }: Pick<RunRecord, "checks">): boolean {
  const check = checks.at(-1);
  return check?.own !== undefined && check.own.accuracy - check.accuracy > seen;
}

/** The shares of test digits that a network misreads with its moving averages and with the digits' own, while the former have not caught up. */
export const lagOf = ({
  misread,
  own,
}: Pick<RunMeasures, "misread" | "own">):
  | { readonly remembered: number; readonly own: number }
  | undefined =>
  own && misread.still - own.still > seen ? { remembered: misread.still, own: own.still } : undefined;
