import { direct } from "./direct.js";
import type { Lowering } from "./lower.js";
import { tiledGemm } from "./tiled-gemm.js";
import { withoutIndices } from "./without-indices.js";

/** Every lowering, by name. */
export const lowerings: Readonly<Record<"direct" | "tiledGemm" | "withoutIndices", Lowering>> = {
  direct,
  tiledGemm,
  withoutIndices,
};
