/** Text that is markup already and needs no escaping. */
export class Markup {
  constructor(private readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Content = string | number | Markup | readonly Content[];

/** Builds HTML or SVG; every value put in is escaped unless it is markup itself. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(
    parts.map((part, i) => part + (i < values.length ? write(values[i] as Content) : "")).join(""),
  );
}

/** Takes text as markup. Only for what this program made, never for data. */
export function raw(text: string): Markup {
  return new Markup(text);
}

function write(value: Content): string {
  if (value instanceof Markup) return String(value);
  if (typeof value === "object") return value.map(write).join("");
  return escaped(String(value));
}

/** A text within HTML or SVG, in attributes too. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
