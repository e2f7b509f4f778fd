import { TrazoError } from "../errors.js";
import { decodeBase64 } from "./base64.js";
import { productsModule } from "./generated/products-module.js";
import { relaxedProductsModule } from "./generated/relaxed-products-module.js";
import { type SharedWebAssemblyMemory, webAssembly } from "./webassembly.js";

/** Sizes of y = op(a) op(b), or of as many such products as `count` says. All matrices are float32 and row-major. */
export interface ProductSizes {
  /** Rows of y. */
  readonly m: number;
  /** Columns of y. */
  readonly n: number;
  /** What is summed over: columns of op(a) and rows of op(b). */
  readonly k: number;
  /** Default 1. */
  readonly count?: number;
  /** `a` holds the transposed matrix, [k, m]. Default false. */
  readonly transposeA?: boolean;
  /** `b` holds the transposed matrix, [n, k]. Default false. */
  readonly transposeB?: boolean;
  /** Add the products to what y holds. Default false. */
  readonly accumulate?: boolean;
  /** Values from one row to the next as they lie in memory. Default: the rows' length. */
  readonly strides?: { readonly a?: number; readonly b?: number; readonly y?: number };
  /** Values from one matrix to the next. Default: rows times stride. */
  readonly steps?: { readonly a?: number; readonly b?: number; readonly y?: number };
}

/** Bytes of scratch memory that the products of a thread need, from an address that is a multiple of 16. */
export const productScratchBytes = 4 * (256 * 256 + 4096);

/** Computes the products of matrices at the given addresses. */
export type Product = (a: number, b: number, y: number) => void;

interface Exports {
  scratchBytes(): number;
  products(...numbers: number[]): void;
}

/**
 * Matrix products in WebAssembly over one memory, which threads may share: each loads products of its own and gives them scratch
 * memory of its own. The same module gives the same bytes for the same sizes, wherever the matrices lie.
 */
export class Products {
  /** Whether multiplying and adding are one instruction, rounded once. */
  readonly isRelaxed: boolean;
  /** Bytes of scratch memory that a product needs, from an address that is a multiple of 16. */
  readonly scratchBytes: number;
  readonly #exports: Exports;

  /** Use `loadProducts`. */
  constructor(exports: object, isRelaxed: boolean) {
    this.#exports = exports as Exports;
    this.isRelaxed = isRelaxed;
    this.scratchBytes = this.#exports.scratchBytes();
  }

  /**
   * Prepares products of given sizes.
   *
   * @param scratch address of memory that is written over while a product is computed
   * @throws TrazoError when a size is not an integer
   */
  prepare(sizes: ProductSizes, scratch: number): Product {
    const { m, n, k, count = 1, transposeA = false, transposeB = false, accumulate = false } = sizes;
    const a = layout(transposeA ? k : m, transposeA ? m : k, sizes.strides?.a, sizes.steps?.a);
    const b = layout(transposeB ? n : k, transposeB ? k : n, sizes.strides?.b, sizes.steps?.b);
    const y = layout(m, n, sizes.strides?.y, sizes.steps?.y);
    for (const [name, value] of Object.entries({ m, n, k, count })) {
      if (!Number.isInteger(value) || value < 0) {
        throw new TrazoError(`A matrix product's ${name} must be an integer, but got ${value}.`);
      }
    }
    const { products } = this.#exports;
    const [ofA, ofB, add] = [Number(transposeA), Number(transposeB), Number(accumulate)];
    return (atA, atB, atY) =>
      products(
        count,
        m,
        n,
        k,
        atA,
        a.stride,
        a.step,
        ofA,
        atB,
        b.stride,
        b.step,
        ofB,
        atY,
        y.stride,
        y.step,
        add,
        scratch,
      );
  }
}

/** Values from row to row, and bytes from matrix to matrix. */
function layout(
  rows: number,
  columns: number,
  stride = columns,
  step = rows * stride,
): { readonly stride: number; readonly step: number } {
  if (stride < columns) {
    throw new TrazoError(`Rows of ${columns} values cannot lie ${stride} values apart.`);
  }
  return { stride, step: step * Float32Array.BYTES_PER_ELEMENT };
}

/** Whether this engine has relaxed SIMD, and with it a multiplication and addition in one. */
export const hasRelaxedSimd = (): boolean => webAssembly.validate(decodeBase64(relaxedProductsModule));

/**
 * Loads the fastest matrix products that the engine can run.
 *
 * @param options.relaxed whether to use relaxed SIMD. Default: where there is such a thing. Its results are rounded
 *   differently, as the processor does it.
 */
export function loadProducts(
  memory: SharedWebAssemblyMemory,
  { relaxed = hasRelaxedSimd() }: { readonly relaxed?: boolean } = {},
): Products {
  const bytes = decodeBase64(relaxed ? relaxedProductsModule : productsModule);
  const { exports } = new webAssembly.Instance(new webAssembly.Module(bytes), { env: { memory } });
  return new Products(exports, relaxed);
}
