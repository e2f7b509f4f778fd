/**
 * How values are written in messages: as JSON, shortened where it is long.
 *
 * @param empty what is said where there is no value
 */
export const shownOr =
  (empty: string) =>
  (value: unknown): string => {
    if (value === undefined || value === null) return empty;
    const text = JSON.stringify(value);
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  };
