export { type Comparison, compareSettings, holm, type Measured } from "./compare.js";
export { describeSample, type Sample } from "./sample.js";
