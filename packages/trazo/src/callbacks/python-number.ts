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

/** Python's `%.{digits}f`. */
export function pythonFixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const even = evenOfHalf(Math.abs(value).toFixed(exactDigits(digits)), digits);
  return even === undefined ? value.toFixed(digits) : signOf(value) + even;
}

/** Python's `%.{digits}e`: the exponent has at least two digits. */
export function pythonExponent(value: number, digits: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const [exact = "", exponent] = Math.abs(value).toExponential(exactDigits(digits)).split("e");
  const even = evenOfHalf(exact, digits);
  return twoDigits(even === undefined ? value.toExponential(digits) : `${signOf(value)}${even}e${exponent}`);
}

/** As many as a tie can have: a float is no nearer to a tie than that. */
const exactDigits = (digits: number): number => Math.min(100, digits + 60);

/**
 * Python rounds halves to the even digit where JavaScript rounds them up. `exact` cut to that many digits when they differ:
 * it lies just between two such numbers, and the lower one is even.
 */
function evenOfHalf(exact: string, digits: number): string | undefined {
  const point = exact.indexOf(".");
  const lower = exact.slice(0, digits === 0 ? point : point + 1 + digits);
  const isHalf = /^50*$/.test(exact.slice(point + 1 + digits));
  return isHalf && Number(lower.at(-1)) % 2 === 0 ? lower : undefined;
}

const signOf = (value: number): string => (value < 0 ? "-" : "");

const notFinite = (value: number): string => (Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");

const twoDigits = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");
