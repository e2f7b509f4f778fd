/** A language that reports are written in. */
export type Language = "en" | "es";
