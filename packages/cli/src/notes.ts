import type { ImageClassifier } from "trazo";

/** On stderr, so that what is piped on stays clean. */
export function showNotes({ notes = [] }: Pick<ImageClassifier, "notes">): void {
  for (const note of notes) process.stderr.write(`Note: ${note}\n`);
}
