import type { Language } from "@trazo/practice";
import type { CliText } from "./en.js";

export type { CliText } from "./en.js";

/** Only the texts of the language that is spoken are loaded. */
const texts: Readonly<Record<Language, () => Promise<CliText>>> = {
  en: async () => (await import("./en.js")).en,
  es: async () => (await import("./es.js")).es,
};

/** The languages of the command line. */
export const languages = Object.keys(texts) as Language[];

export const textIn = (language: Language): Promise<CliText> => texts[language]();
