/** A float as Python's `str` writes it: `1e-05` where JavaScript says `0.00001`, `inf`, `nan`. */
export const pythonFloat = (value: number): string => floatText(value, value);

/**
 * A float32 as NumPy's `str` writes it: with the fewest digits that tell it from other float32s, `0.001` where its double is
 * 0.0010000000474974513.
 */
export function numpyFloat32(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return floatText(value, shorter);
  }
  return floatText(value, Number(value.toPrecision(9)));
}

/** `shown` in the form that suits `value`. NumPy does not round before it chooses: float32's 0.0001 becomes `1e-04`. */
function floatText(value: number, shown: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) return twoDigits(shown.toExponential());
  return Number.isInteger(shown) ? `${shown}.0` : String(shown);
}

/** Python's `%.{digits}f`, which rounds halves to the even digit where JavaScript rounds them up. */
export function pythonFixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  // The exact decimal expansion, as far as a tie can reach: a float is no nearer to a tie than that.
  const exact = Math.abs(value).toFixed(Math.min(100, digits + 60));
  const isTie = /^50*$/.test(exact.slice(exact.indexOf(".") + 1 + digits));
  if (!isTie) return value.toFixed(digits);
  const below =
    digits === 0 ? exact.slice(0, exact.indexOf(".")) : exact.slice(0, exact.indexOf(".") + 1 + digits);
  const isEven = Number(below.at(-1)) % 2 === 0;
  const sign = value < 0 ? "-" : "";
  return isEven ? sign + below : sign + (Number(below) + 10 ** -digits).toFixed(digits);
}

/** Python's `%.{digits}e`: the exponent has at least two digits. */
export function pythonExponent(value: number, digits: number): string {
  return Number.isFinite(value) ? twoDigits(value.toExponential(digits)) : notFinite(value);
}

const notFinite = (value: number): string => (Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");

const twoDigits = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");
