import type { Tensor } from "trazo";
import { close, trained } from "../protocol/lagging.js";
import type { CheckPoint, Score } from "../protocol/messages.js";

/** Cross-entropy and accuracy of answers, one row of ten for each digit. */
export function scoreOf({ data }: Tensor<"float32">, labels: readonly number[]): Score {
  let loss = 0;
  let right = 0;
  for (const [i, label] of labels.entries()) {
    const row = data.subarray(10 * i, 10 * i + 10);
    loss -= Math.log(Math.max(1e-7, row[label] as number));
    if (row.indexOf(Math.max(...row)) === label) right++;
  }
  return { loss: loss / labels.length, accuracy: right / labels.length };
}

/** Whether batch normalization's moving averages read as well as the averages of the digits themselves. */
export const hasCaughtUp = (check: CheckPoint | undefined): boolean =>
  check !== undefined &&
  (!check.own || (check.own.accuracy >= trained && check.accuracy >= check.own.accuracy - close));
