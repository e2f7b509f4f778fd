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
  /** Instead of a verdict: there is no deviation to test against. */
  readonly untested: string;
  readonly allUntested: string;
  readonly locale: string;
}

export const comparisonTexts: Readonly<Record<Language, ComparisonText>> = {
  en: {
    title: "Which differences are real",
    note: (count) =>
      `Each pair is compared over the same seeds (paired t-test). ${
        count === 1
          ? ""
          : `With ${count} comparisons some would look real by luck alone, so p-values are multiplied by their number and intervals are as much wider (Bonferroni): with 95% confidence all intervals are right at once. `
      }A difference counts as real where its interval does not include 0, which is where p is below 0.05.`,
    oneSeed: "With one seed per setting no difference can be told from luck. Give at least three seeds.",
    difference: "difference",
    pairs: "seeds",
    interval: "95% interval",
    verdict: "verdict",
    real: "real",
    perhapsLuck: "may be luck",
    untested: "same for every seed, not tested",
    allUntested:
      "Each difference is the same for every seed, so there is no spread to test it against. More seeds will tell.",
    locale: "en-US",
  },
  es: {
    title: "Qué diferencias son reales",
    note: (count) =>
      `Cada par se compara con las mismas semillas (prueba t para datos apareados). ${
        count === 1
          ? ""
          : `Con ${count} comparaciones, alguna parecería real por pura casualidad; por eso los valores p se multiplican por su número y los intervalos se ensanchan en la misma medida (Bonferroni): todos los intervalos se cumplen a la vez con una confianza del 95 %. `
      }Una diferencia se considera real si su intervalo no incluye el 0, es decir, si p es menor que 0,05.`,
    oneSeed:
      "Con una sola semilla por configuración no se puede distinguir una diferencia de la casualidad. Usa al menos tres semillas.",
    difference: "diferencia",
    pairs: "semillas",
    interval: "intervalo al 95 %",
    verdict: "conclusión",
    real: "real",
    perhapsLuck: "puede ser casualidad",
    untested: "igual con todas las semillas: sin prueba",
    allUntested:
      "Cada diferencia es la misma con todas las semillas, así que no hay variación con la que compararla. Prueba con más semillas.",
    locale: "es-ES",
  },
};
