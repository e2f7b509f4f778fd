/** What changes from run to run of a program that updates weights. */
export interface Moment {
  /** The run is to end before any weight is touched when the loss is not finite. */
  readonly requiresFinite: boolean;
  /** The numbers that the passes over the weights ask for. */
  readonly scalars: readonly number[];
}

/** What runs have that update no weights. */
export const plainMoment: Moment = { requiresFinite: false, scalars: [] };

/** A moment as the numbers of a crew's command, and back. */
export const momentNumbers = ({ requiresFinite, scalars }: Moment): readonly number[] => [
  Number(requiresFinite),
  ...scalars,
];

export const momentOf = ([requiresFinite, ...scalars]: readonly number[]): Moment => ({
  requiresFinite: requiresFinite === 1,
  scalars,
});
