import { type Language, LocalizedError } from "@trazo/practice";
import { en, type FailureText } from "./en.js";
import { es } from "./es.js";

const texts: Readonly<Record<Language, FailureText>> = { en, es };

/** Why a run, or every run, cannot be made. */
export class SweepError extends LocalizedError {
  override name = "SweepError";

  /** @param tell puts it into the words of a language */
  constructor(tell: (text: FailureText) => string, options?: ErrorOptions) {
    super((language) => tell(texts[language]), options);
  }
}
