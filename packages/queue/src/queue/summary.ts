import type { SentResult } from "./run-payload.js";

/** What is known of a setting when all of its seeds are done. */
export interface SettingSummary {
  readonly setting: string;
  /** Of its runs: finished with a test, and others. */
  readonly finished: number;
  readonly unfinished: number;
  /** Of the test's metrics over the seeds: mean, standard deviation (of a sample; 0 for one run). */
  readonly test: Readonly<Record<string, { readonly mean: number; readonly deviation: number }>>;
}

/** Summarizes a setting's runs; their order does not matter. */
export function summarize(
  setting: string,
  results: readonly SentResult[],
  unfinished: number,
): SettingSummary {
  const tests = results
    .toSorted((a, b) => a.seed - b.seed)
    .flatMap(({ status, test }) => (status === "finished" && test ? [test] : []));
  const names = [...new Set(tests.flatMap(Object.keys))];
  return {
    setting,
    finished: tests.length,
    unfinished: results.length - tests.length + unfinished,
    test: Object.fromEntries(names.map((name) => [name, spread(tests.flatMap((test) => test[name] ?? []))])),
  };
}

function spread(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}
