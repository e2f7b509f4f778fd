import { escaped } from "../markup.js";
import type { DisplayBundle } from "./displayed.js";

/** A model: its summary, and its picture below. */
export function modelBundle(summary: string, picture: string | undefined): DisplayBundle {
  if (picture === undefined) return { "text/plain": summary };
  return {
    "text/plain": summary,
    "text/html": `<pre>${escaped(summary)}</pre>${picture}`,
    "image/svg+xml": picture,
  };
}
