import { en } from "./en.js";
import { es } from "./es.js";
import type { PageTexts } from "./page-texts.js";

/** The page's languages, by their codes. The first one is the default. */
export const languages = { en, es } as const satisfies Record<string, PageTexts>;

export type Language = keyof typeof languages;

export const languageCodes = Object.keys(languages) as readonly Language[];

const isLanguage = (code: unknown): code is Language => Object.hasOwn(languages, String(code));

/**
 * The page's language for a visitor.
 *
 * @param chosen what the visitor has chosen, if anything
 * @param accepted the header Accept-Language (RFC 9110, 12.5.4)
 */
export function languageFor(chosen: unknown, accepted: string | undefined): Language {
  if (isLanguage(chosen)) return chosen;
  let [best, weight]: [Language, number] = ["en", 0];
  for (const range of (accepted ?? "").split(",")) {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const code = tag.split("-")[0];
    const given = parameters.find((parameter) => parameter.startsWith("q="));
    const quality = given === undefined ? 1 : Number(given.slice(2));
    if (isLanguage(code) && quality > weight) [best, weight] = [code, quality];
  }
  return best;
}
