export type { Language } from "../language.js";
export type {
  AugmentedSamples,
  EpochRecord,
  FirstLayerKernels,
  Misreading,
  ReportData,
  TechniqueRun,
  WeightHistogram,
} from "./data.js";
export type { Figure } from "./figures/figure.js";
export { figurePng, renderFigures } from "./figures/index.js";
export { weightHistogram } from "./histogram.js";
export { renderReport } from "./page/index.js";
