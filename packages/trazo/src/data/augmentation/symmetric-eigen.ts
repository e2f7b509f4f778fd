/** Eigenvalues of a symmetric matrix, and its eigenvectors as the rows of a matrix, row by row. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** More steps than this for one eigenvalue never happen unless the matrix holds NaN. */
const mostSteps = 60;

/**
 * Householder's reduction to three diagonals, then the implicit QL algorithm (Wilkinson & Reinsch 1971, "Handbook for Automatic
 * Computation", II/2 and II/4).
 *
 * @param matrix symmetric, row by row; it is overwritten
 */
export function symmetricEigen(matrix: Float64Array, order: number): Eigen {
  const values = new Float64Array(order);
  const beside = new Float64Array(order);
  tridiagonalize(matrix, order, values, beside);
  const vectors = transposed(matrix, order);
  diagonalize(vectors, order, values, beside);
  return { values, vectors };
}

function tridiagonalize(a: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  const at = (row: number, column: number): number => a[row * n + column] as number;
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(at(i, k));
    if (i === 1 || scale === 0) {
      e[i] = at(i, i - 1);
      d[i] = 0;
      continue;
    }
    let h = 0;
    for (let k = 0; k < i; k++) {
      const scaled = at(i, k) / scale;
      a[i * n + k] = scaled;
      h += scaled * scaled;
    }
    const f = at(i, i - 1);
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    e[i] = scale * g;
    h -= f * g;
    a[i * n + i - 1] = f - g;
    let sum = 0;
    for (let j = 0; j < i; j++) {
      a[j * n + i] = at(i, j) / h;
      let product = 0;
      for (let k = 0; k <= j; k++) product += at(j, k) * at(i, k);
      for (let k = j + 1; k < i; k++) product += at(k, j) * at(i, k);
      e[j] = product / h;
      sum += (e[j] as number) * at(i, j);
    }
    const half = sum / (h + h);
    for (let j = 0; j < i; j++) {
      const left = at(i, j);
      const right = (e[j] as number) - half * left;
      e[j] = right;
      for (let k = 0; k <= j; k++) a[j * n + k] = at(j, k) - left * (e[k] as number) - right * at(i, k);
    }
    d[i] = h;
  }
  d[0] = 0;
  e[0] = 0;
  for (let i = 0; i < n; i++) {
    if (d[i] !== 0) {
      for (let j = 0; j < i; j++) {
        let product = 0;
        for (let k = 0; k < i; k++) product += at(i, k) * at(k, j);
        for (let k = 0; k < i; k++) a[k * n + j] = at(k, j) - product * at(k, i);
      }
    }
    d[i] = at(i, i);
    a[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      a[j * n + i] = 0;
      a[i * n + j] = 0;
    }
  }
}

/** The columns of the orthogonal matrix become rows, which lie together in memory. */
function transposed(matrix: Float64Array, n: number): Float64Array {
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) rows[j * n + i] = matrix[i * n + j] as number;
  return rows;
}

function diagonalize(z: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let step = 0; step < mostSteps; step++) {
      const m = smallBeside(l, n, d, e);
      if (m === l) break;
      let g = ((d[l + 1] as number) - (d[l] as number)) / (2 * (e[l] as number));
      let r = Math.hypot(g, 1);
      g = (d[m] as number) - (d[l] as number) + (e[l] as number) / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * (e[i] as number);
        const b = c * (e[i] as number);
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] = (d[i + 1] as number) - p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = (d[i + 1] as number) - p;
        r = ((d[i] as number) - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate(z, n, i, s, c);
      }
      if (r === 0 && i >= l) continue;
      d[l] = (d[l] as number) - p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

/** The first place from `l` on where the element next to the diagonal counts for nothing. */
function smallBeside(l: number, n: number, d: Float64Array, e: Float64Array): number {
  let m = l;
  while (m < n - 1) {
    const around = Math.abs(d[m] as number) + Math.abs(d[m + 1] as number);
    if (Math.abs(e[m] as number) <= Number.EPSILON * around) break;
    m++;
  }
  return m;
}

/** Turns the vectors `i` and `i + 1` in their plane. */
function rotate(z: Float64Array, n: number, i: number, s: number, c: number): void {
  for (let k = 0; k < n; k++) {
    const next = z[(i + 1) * n + k] as number;
    const own = z[i * n + k] as number;
    z[(i + 1) * n + k] = s * own + c * next;
    z[i * n + k] = c * own - s * next;
  }
}
