/**
 * The innermost loops of the matrix products, as AssemblyScript: a tile of the result stays in registers while the sum goes over
 * rows of a panel of the right matrix. A program writes them out because every register needs a variable of its own.
 */

/** Steps of the sum that are written out. */
const steps = 4;
/** Rows of the low tile, for what the tall ones leave over. */
const low = 4;

const range = (count) => Array.from({ length: count }, (_, i) => i);

/**
 * @param height rows of the tall tiles: 6 leaves no register of x86-64 unused if multiplying and adding are one instruction, 4 if
 *   they are two
 */
export function tilesSource(height) {
  const tiles = [
    ["tall", height],
    ["low", low],
  ];
  return [
    'import { madd } from "./madd";',
    'import { storePart, storeRow } from "./store";',
    `export const HEIGHT: i32 = ${height};`,
    ...tiles.flatMap(([name, rows]) =>
      Object.entries(readings).flatMap(([place, reading]) =>
        Object.entries(widths).map(([kind, width]) =>
          tilesFunction(`${name}${place}${kind}`, rows, reading(rows), width),
        ),
      ),
    ),
  ].join("\n");
}

/** How a tile reads its rows of the left matrix. */
const readings = {
  /** Each from its own place on. */
  Apart: (rows) => ({
    start: addresses("a", rows, "a", "aStep"),
    value: (row, step) => `v128.load32_splat(a${row}, ${4 * step})`,
    afterStep: [],
    afterAll: range(rows).map((row) => `a${row} += ${4 * steps};`),
  }),
  /** Side by side: one value of each row, then the next of each. */
  Together: () => ({
    start: ["let q = a;"],
    value: (row) => `v128.load32_splat(q, ${4 * row})`,
    afterStep: ["q += aStep;"],
    afterAll: [],
  }),
};

/** Eight columns; five to seven; up to four, which have twice as many registers as they need: one for every other step. */
const eight = {
  load: ["const b0 = v128.load(p), b1 = v128.load(p, 16);"],
  multiply: (row, value) => [
    `x = ${value};`,
    `c${row}0 = madd(x, b0, c${row}0);`,
    `c${row}1 = madd(x, b1, c${row}1);`,
  ],
};
const widths = {
  Whole: { ...eight, store: (row) => `storeRow(d${row}, c${row}0, c${row}1, add);` },
  Part: { ...eight, store: (row) => `storePart(d${row}, c${row}0, c${row}1, columns, add);` },
  Narrow: {
    load: ["const b0 = v128.load(p);"],
    multiply: (row, value, step) => [`c${row}${step % 2} = madd(${value}, b0, c${row}${step % 2});`],
    store: (row) => `storePart(d${row}, f32x4.add(c${row}0, c${row}1), c${row}1, columns, add);`,
  },
};

function tilesFunction(name, height, reading, width) {
  const rows = range(height);
  return [
    `export function ${name}(`,
    "  m: i32, k: i32, a: usize, aStep: usize, aNext: usize, b: usize, bStep: usize, y: usize, yStep: usize, columns: i32, add: bool,",
    "): void {",
    `for (; m > 0; m -= ${height}, a += aNext, y += ${height} * yStep) {`,
    ...rows.map((row) => `let c${row}0 = f32x4.splat(0), c${row}1 = f32x4.splat(0);`),
    "let x: v128, p = b, left = k;",
    ...reading.start,
    "while (true) {",
    ...range(steps).flatMap((step) => [
      // An exit after each step keeps V8 from reordering the steps, which would need more registers than there are.
      `if (left == ${step}) break;`,
      "{",
      ...width.load,
      "p += bStep;",
      ...rows.flatMap((row) => width.multiply(row, reading.value(row, step), step)),
      ...reading.afterStep,
      "}",
    ]),
    `left -= ${steps};`,
    ...reading.afterAll,
    "}",
    ...addresses("d", height, "y", "yStep"),
    ...rows.map((row) => `if (m > ${row}) ${width.store(row)}`),
    "}",
    "}",
  ].join("\n");
}

/** Addresses of the rows of a tile; those past the matrix's end share the last real one's. */
const addresses = (name, rows, first, step) =>
  range(rows).map((row) =>
    row === 0
      ? `let ${name}0 = ${first};`
      : `let ${name}${row} = ${name}${row - 1} + (m > ${row} ? ${step} : 0);`,
  );
