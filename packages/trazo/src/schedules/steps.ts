import { TrazoError } from "../errors.js";

/** @throws TrazoError unless `steps` is a positive finite number, as in Keras */
export function requireSteps(name: string, steps: number): number {
  if (!(steps > 0 && Number.isFinite(steps))) throw new TrazoError(`${name} must be > 0, but is ${steps}.`);
  return steps;
}

/** @throws TrazoError unless every rate is a finite number that is not negative */
export function requireRates(rates: Readonly<Record<string, number>>): void {
  for (const [name, rate] of Object.entries(rates)) {
    if (!(rate >= 0 && Number.isFinite(rate))) {
      throw new TrazoError(`${name} must be a finite number >= 0, but is ${rate}.`);
    }
  }
}
