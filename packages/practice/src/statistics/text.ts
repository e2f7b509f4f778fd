import type { Language } from "../language.js";

/** What is said of comparisons over the same seeds. */
export interface ComparisonText {
  readonly title: string;
  readonly note: (comparisons: number) => string;
  readonly oneSeed: string;
  readonly difference: string;
  readonly pairs: string;
  readonly interval: string;
  readonly verdict: string;
  readonly real: string;
  readonly perhapsLuck: string;
  readonly locale: string;
}

export const comparisonTexts: Readonly<Record<Language, ComparisonText>> = {
  en: {
    title: "Which differences are real",
    note: (count) =>
      `Each pair is compared over the same seeds (paired t-test). With ${count} ${count === 1 ? "comparison" : "comparisons"} some would look real by luck alone, so p-values are corrected for their number (Holm) and intervals are wide enough to hold together with 95% confidence (Bonferroni). A difference counts as real where p is below 0.05.`,
    oneSeed: "With one seed per setting no difference can be told from luck. Give at least three seeds.",
    difference: "difference",
    pairs: "seeds",
    interval: "95% interval",
    verdict: "verdict",
    real: "real",
    perhapsLuck: "may be luck",
    locale: "en-US",
  },
  es: {
    title: "Qué diferencias son reales",
    note: (count) =>
      `Cada par se compara con las mismas semillas (prueba t para datos apareados). Con ${count} ${count === 1 ? "comparación" : "comparaciones"}, alguna parecería real por pura casualidad; por eso los valores p se corrigen según su número (Holm) y los intervalos son lo bastante anchos para cumplirse todos a la vez con una confianza del 95 % (Bonferroni). Una diferencia se considera real si p es menor que 0,05.`,
    oneSeed:
      "Con una sola semilla por configuración no se puede distinguir una diferencia de la casualidad. Usa al menos tres semillas.",
    difference: "diferencia",
    pairs: "semillas",
    interval: "intervalo al 95 %",
    verdict: "conclusión",
    real: "real",
    perhapsLuck: "puede ser casualidad",
    locale: "es-ES",
  },
};
