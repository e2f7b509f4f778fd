import { productModel } from "../../onnx/product-model.js";
import { keyOfProduct } from "./product-key.js";

const choices = [false, true];

/** The models of all kinds of products by `keyOfProduct`, for threads that cannot make them. */
export function productModels(): Record<string, Uint8Array> {
  const kinds = choices.flatMap((transposeA) =>
    choices.flatMap((transposeB) => [
      { stacked: false, transposeA, transposeB, accumulate: false },
      { stacked: false, transposeA, transposeB, accumulate: true },
      { stacked: true, transposeA, transposeB, accumulate: false },
    ]),
  );
  return Object.fromEntries(kinds.map((kind) => [keyOfProduct(kind), productModel(kind)]));
}
