import { type Language, LocalizedError, messageIn } from "@trazo/practice";

/** Why something did not work, as plain JSON. */
export interface Reason {
  /** In English. */
  readonly reason: string;
  /** In other languages, where it is known in them. */
  readonly reasons?: Readonly<Partial<Record<Language, string>>> | undefined;
}

const otherLanguages: readonly Language[] = ["es"];

/** Why an error was thrown. */
export const reasonOf = (error: Error): Reason =>
  error instanceof LocalizedError
    ? {
        reason: error.message,
        reasons: Object.fromEntries(otherLanguages.map((language) => [language, messageIn(error, language)])),
      }
    : { reason: error.message };

/** What has a reason, or may have one. */
type Reasoned = { readonly [K in keyof Reason]?: Reason[K] | undefined };

/** A reason in a language, or in English where it is not known in it. */
export const reasonIn = ({ reason = "", reasons }: Reasoned, language: Language): string =>
  reasons?.[language] ?? reason;

/** An error of which another process has told. */
export const errorOf = (reason: Reason): LocalizedError =>
  new LocalizedError((language) => reasonIn(reason, language));
