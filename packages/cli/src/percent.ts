/** A share from 0 to 1 as text, e.g. `98.76 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
