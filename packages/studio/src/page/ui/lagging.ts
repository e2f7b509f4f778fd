import type { RunRecord } from "../../protocol/messages.js";

/** By how much more of the digits a network must read with their own averages for that to be seen. */
const seen = 0.05;

/** Whether a network reads worse than it has learned to, as the moving averages of its batch normalization have not caught up. */
export function isLagging({ checks }: RunRecord): boolean {
  const check = checks.at(-1);
  return check?.own !== undefined && check.own.accuracy - check.accuracy > seen;
}
