import { direct } from "./direct.js";
import type { Lowering } from "./lower.js";
import { tiledGemm } from "./tiled-gemm.js";

/** Every lowering, by name. */
export const lowerings: Readonly<Record<"direct" | "tiledGemm", Lowering>> = { direct, tiledGemm };
