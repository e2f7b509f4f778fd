export { type Comparison, compareSettings, type Measured } from "./compare.js";
export {
  comparisonsNote,
  comparisonsTable,
  figuresIn,
  intervalText,
  type Table,
} from "./comparisons-table.js";
export { describeSample, type Sample } from "./sample.js";
export { type SeedResult, seedComparisons } from "./seed-comparisons.js";
export { comparisonTexts } from "./text.js";
