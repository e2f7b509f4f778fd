/** The ways in which test digits are changed to see how much of it a network stands. */
export const distortions = ["shift", "rotation", "zoom"] as const;

/** `shift` is in pixels, `rotation` in degrees, `zoom` a factor: below 1 the digit shrinks. */
export type Distortion = (typeof distortions)[number];

/** How many digits a network reads wrong as they are distorted more and more. */
export interface RobustnessCurve {
  /** Ascending; the digits as they are (0 px, 0 degrees, a factor of 1) among them. */
  readonly amounts: readonly number[];
  /** Digits read wrong at each amount. */
  readonly wrong: readonly number[];
}

/** How a trained network reads distorted test digits. It is measured after training, and nothing is chosen by it. */
export interface Robustness extends Readonly<Record<Distortion, RobustnessCurve>> {
  /** How many test digits were distorted, the same ones at every amount. */
  readonly digits: number;
}

/** The amount that leaves a digit as it is. */
export const undistorted: Readonly<Record<Distortion, number>> = { shift: 0, rotation: 0, zoom: 1 };
