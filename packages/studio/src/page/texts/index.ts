import { computed, signal } from "@preact/signals";
import { en } from "./en.js";
import { es } from "./es.js";
import type { Texts } from "./texts.js";

/** The page's languages, by their codes. */
export const languages = { es, en } as const satisfies Record<string, Texts>;
export type Language = keyof typeof languages;
export const languageCodes = Object.keys(languages) as readonly Language[];

export const isLanguage = (code: unknown): code is Language => Object.hasOwn(languages, String(code));

/** Spanish where the system is Spanish, English elsewhere. */
export const systemLanguage = (accepted: readonly string[]): Language =>
  accepted.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";

export const language = signal<Language>("en");
export const texts = computed<Texts>(() => languages[language.value]);

/** A text with its places filled. */
export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));

/** A text for one of something, or for any other number of them, which is its {count}. */
export const filledFor = (
  count: number,
  [one, more]: readonly [one: string, more: string],
  values: Readonly<Record<string, string | number>> = {},
): string => filled(count === 1 ? one : more, { ...values, count });

/** A name that somebody gave, apart from the text around it: it may be written from right to left. */
export const isolated = (name: string): string => `\u2068${name}\u2069`;

/** Numbers as the page's language writes them, with a minus sign where `Intl` has a hyphen. */
const formatted = (value: number, options: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(language.value, options).format(value).replace("-", "\u2212");

/** A share in percent, with the given number of decimals. */
export const percent = (share: number, decimals = 2): string =>
  formatted(share, {
    style: "percent",
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });

export const counted = (value: number): string => formatted(value, { maximumFractionDigits: 0 });
export const decimal = (value: number, digits = 3): string =>
  formatted(value, { maximumSignificantDigits: digits });
/** With two decimals, never as minus zero. */
export const fixed = (value: number): string =>
  formatted(Math.round(100 * value) / 100 + 0, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
