import type { ImageClassifier } from "trazo";

/** On stderr, so that what is piped on stays clean. */
export function showNotes({ notes = [] }: Pick<ImageClassifier, "notes">): void {
  for (const note of notes) process.stderr.write(`Note: ${note}\n`);
}

/** How pictures are prepared, where that is assumed, and how to say otherwise. */
export function showPictureNotes({ pictureNotes = [] }: Pick<ImageClassifier, "pictureNotes">): void {
  showNotes({ notes: pictureNotes.map((note) => `${note} If that is wrong, use --fit, --ink or --invert.`) });
}
