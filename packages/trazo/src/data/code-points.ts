/** Python's order of strings. JavaScript's puts characters from U+10000 on before those from U+E000 on. */
export function byCodePoints(a: string, b: string): number {
  const [first, second] = [Array.from(a), Array.from(b)];
  const length = Math.min(first.length, second.length);
  for (let i = 0; i < length; i++) {
    const difference = (first[i]?.codePointAt(0) ?? 0) - (second[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return first.length - second.length;
}
