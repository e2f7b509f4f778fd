import { type Language, LocalizedError } from "@trazo/sweep";
import { en, type QueueText } from "./en.js";
import { es } from "./es.js";

/** Puts something into the words of a language. */
export type Tell = (text: QueueText) => string;

const texts: Readonly<Record<Language, QueueText>> = { en, es };

/** Why a queue cannot be used. */
export class QueueError extends LocalizedError {
  override name = "QueueError";

  constructor(tell: Tell, options?: ErrorOptions) {
    super((language) => tell(texts[language]), options);
  }
}
