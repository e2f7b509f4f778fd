/** Letters that steer a terminal, or turn the direction in which text around them is shown, and line ends. */
const steering = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text from a file as it can be shown: what would steer a terminal is written as an escape such as `\u001b`, and what is longer than
 * `most` characters is cut.
 *
 * @example
 * ```ts
 * printable("dense\u001b[2J"); // "dense\\u001b[2J"
 * ```
 */
export function printable(text: string, most: number = Number.POSITIVE_INFINITY): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.replace(steering, escaped);
}

/** `printable` for text of several lines. */
export const printableLines = (text: string): string =>
  text
    .split("\n")
    .map((line) => printable(line))
    .join("\n");

const escaped = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
