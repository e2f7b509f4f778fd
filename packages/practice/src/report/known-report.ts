import type { TechniqueReport } from "../technique-report.js";
import { techniques } from "../techniques/index.js";

/** What the report knows of a technique; undefined for one that this version has not, of another one's runs. */
export const knownReport = (technique: string): TechniqueReport | undefined =>
  techniques.find(({ name }) => name === technique)?.report;
