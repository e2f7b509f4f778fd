import { TrazoError } from "trazo";
import { distortions, type Robustness, type RobustnessCurve } from "../robustness/robustness.js";
import type { Fields } from "./run-fields.js";

/**
 * Robustness as a run's `result.json` keeps it.
 *
 * @param where the file, for messages
 * @throws TrazoError naming the field that is not what a run writes
 */
export function robustnessIn(fields: Fields, where: string): Robustness {
  const digits = fields.whole("digits", 1);
  const [shift, rotation, zoom] = distortions.map((distortion): RobustnessCurve => {
    const curve = fields.object(distortion);
    const amounts = curve.numbers("amounts");
    const wrong = curve.numbers("wrong");
    if (amounts.length === 0 || amounts.length !== wrong.length) {
      throw new TrazoError(
        `${where}, "robustness", "${distortion}": expected a count in "wrong" for each of the "amounts", ` +
          `but found ${wrong.length} and ${amounts.length}.`,
      );
    }
    const outside = wrong.find((count) => !Number.isInteger(count) || count < 0 || count > digits);
    if (outside !== undefined) {
      throw new TrazoError(
        `${where}, "robustness", "${distortion}": "wrong" must hold integers from 0 to ${digits} (the digits), ` +
          `but one is ${outside}.`,
      );
    }
    return { amounts, wrong };
  }) as [RobustnessCurve, RobustnessCurve, RobustnessCurve];
  return { digits, shift, rotation, zoom };
}
