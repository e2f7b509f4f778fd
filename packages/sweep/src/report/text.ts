import type { Language } from "@trazo/practice";

/** What the report and the tables of a sweep say. */
export interface SweepText {
  readonly title: string;
  readonly summary: (d: { settings: number; seeds: number; measure: string }) => string;
  readonly settings: string;
  readonly setting: string;
  readonly runs: string;
  readonly mean: (measure: string) => string;
  readonly deviation: string;
  readonly interval: string;
  readonly differenceInterval: string;
  readonly test: string;
  readonly comparisons: string;
  readonly comparisonsNote: (count: number) => string;
  readonly oneSeed: string;
  readonly difference: string;
  readonly pairs: string;
  readonly verdict: string;
  readonly real: string;
  readonly perhapsLuck: string;
  readonly failures: string;
  readonly parallel: string;
  readonly parallelNote: string;
  readonly scatter: (option: string) => string;
  readonly noneFinished: string;
  readonly locale: string;
}

export const sweepTexts: Readonly<Record<Language, SweepText>> = {
  en: {
    title: "Sweep",
    summary: ({ settings, seeds, measure }) =>
      `${settings} ${settings === 1 ? "setting" : "settings"}, ${seeds} ${seeds === 1 ? "seed" : "seeds"} each, compared by ${measure}.`,
    settings: "Settings, the best first",
    setting: "setting",
    runs: "runs",
    mean: (measure) => `mean ${measure}`,
    deviation: "deviation",
    interval: "95% interval of the mean",
    differenceInterval: "95% interval",
    test: "test",
    comparisons: "Which differences are real",
    comparisonsNote: (count) =>
      `Each pair is compared over the same seeds (paired t-test). With ${count} ${count === 1 ? "comparison" : "comparisons"} some would look real by luck alone, so p-values are corrected for their number (Holm) and intervals are wide enough to hold together with 95% confidence (Bonferroni). A difference counts as real where p is below 0.05.`,
    oneSeed: "With one seed per setting no difference can be told from luck. Give at least three seeds.",
    difference: "difference",
    pairs: "seeds",
    verdict: "verdict",
    real: "real",
    perhapsLuck: "may be luck",
    failures: "Runs that failed",
    parallel: "All settings at a glance",
    parallelNote:
      "Each line is a setting; the darker, the better. The last axis is what settings are compared by.",
    scatter: (option) => `By ${option}`,
    noneFinished: "No run has finished yet.",
    locale: "en-US",
  },
  es: {
    title: "Barrido",
    summary: ({ settings, seeds, measure }) =>
      `${settings} ${settings === 1 ? "configuración" : "configuraciones"}, ${seeds} ${seeds === 1 ? "semilla" : "semillas"} por configuración, comparadas por ${measure}.`,
    settings: "Configuraciones, la mejor primero",
    setting: "configuración",
    runs: "ejecuciones",
    mean: (measure) => `media de ${measure}`,
    deviation: "desviación",
    interval: "intervalo de la media al 95 %",
    differenceInterval: "intervalo al 95 %",
    test: "prueba",
    comparisons: "Qué diferencias son reales",
    comparisonsNote: (count) =>
      `Cada par se compara con las mismas semillas (prueba t para datos apareados). Con ${count} ${count === 1 ? "comparación" : "comparaciones"}, alguna parecería real por pura casualidad; por eso los valores p se corrigen según su número (Holm) y los intervalos son lo bastante anchos para cumplirse todos a la vez con una confianza del 95 % (Bonferroni). Una diferencia se considera real si p es menor que 0,05.`,
    oneSeed:
      "Con una sola semilla por configuración no se puede distinguir una diferencia de la casualidad. Usa al menos tres semillas.",
    difference: "diferencia",
    pairs: "semillas",
    verdict: "conclusión",
    real: "real",
    perhapsLuck: "puede ser casualidad",
    failures: "Ejecuciones fallidas",
    parallel: "Todas las configuraciones de un vistazo",
    parallelNote:
      "Cada línea es una configuración; cuanto más oscura, mejor. El último eje es la medida por la que se comparan.",
    scatter: (option) => `Según ${option}`,
    noneFinished: "Todavía no ha terminado ninguna ejecución.",
    locale: "es-ES",
  },
};
