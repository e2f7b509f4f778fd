import type { ProductKind } from "../../onnx/product-model.js";

/** By which the model of a kind of product is known. */
export const keyOfProduct = ({ stacked, transposeA, transposeB, accumulate }: ProductKind): string =>
  [stacked, transposeA, transposeB, accumulate].map(Number).join("");
