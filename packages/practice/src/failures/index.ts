import { TrazoError } from "trazo";
import type { Language } from "../language.js";
import { en, type FailureText } from "./en.js";
import { es } from "./es.js";
import { librarySpanish } from "./library-es.js";

export type { FailureText } from "./en.js";

const texts: Readonly<Record<Language, FailureText>> = { en, es };

/** An error that can be told in every language; `message` is English. */
export class LocalizedError extends TrazoError {
  override name = "LocalizedError";
  readonly #tell: (language: Language) => string;

  /** @param tell puts it into the words of a language */
  constructor(tell: (language: Language) => string, options?: ErrorOptions) {
    super(tell("en"), options);
    this.#tell = tell;
  }

  /** What happened, in a language. */
  in(language: Language): string {
    return new TrazoError(this.#tell(language)).message;
  }
}

/** An error of the practice. */
export class PracticeError extends LocalizedError {
  override name = "PracticeError";

  /** @param tell puts it into the words of a language */
  constructor(tell: (text: FailureText) => string, options?: ErrorOptions) {
    super((language) => tell(texts[language]), options);
  }
}

/** An error's message in a language, where it is known in it. */
export function messageIn(error: Error, language: Language): string {
  const message = error instanceof LocalizedError ? error.in(language) : error.message;
  return language === "es" ? librarySpanish(message) : message;
}
