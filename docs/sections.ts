/** Text in each language of the guide. */
export type Text = Readonly<Record<Language, string>>;

export type Language = "en" | "es";

/** The first is at the site's root, every other below its own folder. */
export const languages = ["en", "es"] as const satisfies readonly Language[];

export interface Page {
  /** Its file below `en/` and `es/`, without `.md`. */
  readonly path: string;
  /** In the sidebar. */
  readonly title: Text;
}

export interface Section {
  readonly title: Text;
  readonly pages: readonly Page[];
}

const page = (path: string, en: string, es: string): Page => ({ path, title: { en, es } });

/** The guide's pages in the order in which they are read. To add one, write its file in each language, and name it here. */
export const sections: readonly Section[] = [
  {
    title: { en: "Getting started", es: "Para empezar" },
    pages: [
      page("start", "First steps", "Primeros pasos"),
      page("command-line", "The command line", "La línea de comandos"),
      page("sweep-files", "Runs and sweeps from files", "Entrenamientos y barridos en archivos"),
      page("studio", "The studio", "El estudio"),
      page("notebooks", "Notebooks", "Cuadernos"),
    ],
  },
  {
    title: { en: "The practice", es: "La práctica" },
    pages: [
      page("practice/base", "The base network", "La red base"),
      page("practice/regularization", "L2 and L1 regularization", "Regularización L2 y L1"),
      page("practice/dropout", "Dropout", "Dropout"),
      page("practice/batch-normalization", "Batch normalization", "Normalización por lotes"),
      page("practice/augmentation", "Data augmentation", "Aumento de datos"),
      page("practice/exercise", "The exercise, and our solution", "El ejercicio y nuestra solución"),
    ],
  },
  {
    title: { en: "Your own work", es: "Tu propio trabajo" },
    pages: [
      page("pictures", "Your own pictures and tables", "Tus propias imágenes y tablas"),
      page("models", "Networks of any shape", "Redes de cualquier forma"),
      page("extending", "Extending Trazo", "Ampliar Trazo"),
      page("sweeps", "Sweeps", "Barridos de hiperparámetros"),
      page("many-machines", "Runs on many machines", "Entrenamientos en varias máquinas"),
      page("files", "Saving and exporting", "Guardar y exportar"),
      page("serving", "Serving a model", "Servir un modelo"),
      page("web", "In a web page", "En una página web"),
    ],
  },
  {
    title: { en: "Coming from elsewhere", es: "Si vienes de otra biblioteca" },
    pages: [
      page("from-keras", "From Keras", "Desde Keras"),
      page("from-tensorflow-js", "From TensorFlow.js", "Desde TensorFlow.js"),
    ],
  },
  {
    title: { en: "In depth", es: "En profundidad" },
    pages: [
      page("reproducibility", "Reproducing and resuming", "Reproducir y reanudar"),
      page("performance", "Performance", "Rendimiento"),
      page("results", "Results", "Resultados"),
      page("inside", "How it works inside", "Cómo funciona por dentro"),
    ],
  },
];

export const pages: readonly Page[] = sections.flatMap((section) => section.pages);
