import type { Language } from "../../language.js";
import { en, type PictureText } from "./en.js";
import { es } from "./es.js";

export type { PictureText } from "./en.js";

/** What is said of pictures, by language. */
export const pictureTexts: Readonly<Record<Language, PictureText>> = { en, es };

/** A number with so many digits after the decimal point, as a language writes it. */
export const figureIn = ({ locale }: Pick<PictureText, "locale">, value: number, digits: number): string =>
  value.toLocaleString(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
