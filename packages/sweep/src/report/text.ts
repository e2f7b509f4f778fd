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
  readonly test: string;
  readonly failures: string;
  readonly parallel: string;
  readonly parallelNote: string;
  readonly scatter: (option: string) => string;
  readonly noneFinished: string;
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
    test: "test",
    failures: "Runs that failed",
    parallel: "All settings at a glance",
    parallelNote:
      "Each line is a setting; the darker, the better. The last axis is what settings are compared by.",
    scatter: (option) => `By ${option}`,
    noneFinished: "No run has finished yet.",
  },
  es: {
    title: "Barrido",
    summary: ({ settings, seeds, measure }) =>
      `${settings} ${settings === 1 ? "configuración" : "configuraciones"}, ${seeds} ${seeds === 1 ? "semilla" : "semillas"} por configuración, comparadas por ${measure}.`,
    settings: "Configuraciones, la mejor primero",
    setting: "configuración",
    runs: "entrenamientos",
    mean: (measure) => `media de ${measure}`,
    deviation: "desviación",
    interval: "intervalo de la media al 95 %",
    test: "test",
    failures: "Entrenamientos fallidos",
    parallel: "Todas las configuraciones de un vistazo",
    parallelNote:
      "Cada línea es una configuración; cuanto más oscura, mejor. El último eje es la medida por la que se comparan.",
    scatter: (option) => `Según ${option}`,
    noneFinished: "Todavía no ha terminado ningún entrenamiento.",
  },
};
