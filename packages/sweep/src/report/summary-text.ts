import { comparisonsTable, type Language } from "@trazo/practice";
import { reasonIn } from "../failures/reason.js";
import type { SweepSummary } from "../sweep/summary.js";
import { alignedTable, settingsTable } from "./table.js";

/**
 * What a sweep has shown, for a terminal: its settings, which differences are real, and what failed.
 *
 * @param width characters in a line. Default: as many as it takes
 */
export function summaryText(summary: SweepSummary, language: Language, width?: number): string {
  const { comparisons, settings } = summary;
  const failures = settings.flatMap(({ setting, failures }) =>
    failures.map((reason) => `${setting.name}: ${reasonIn(reason, language)}`),
  );
  const compared = comparisons.some(({ p }) => p !== undefined)
    ? [alignedTable(comparisonsTable(comparisons, language), width)]
    : [];
  return [
    alignedTable(settingsTable(summary, language), width),
    ...compared,
    ...(failures.length > 0 ? [failures.join("\n")] : []),
  ].join("\n\n");
}
