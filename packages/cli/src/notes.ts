import type { ImageClassifier } from "trazo";
import type { CliText } from "./text/index.js";

/** On stderr, so that what is piped on stays clean. */
export function showNotes({ notes = [] }: Pick<ImageClassifier, "notes">, text: CliText): void {
  for (const note of notes) process.stderr.write(`${text.notes.note}: ${text.notes.ofLibrary(note)}\n`);
}

/** How pictures are prepared, where that is assumed, and how to say otherwise. */
export function showPictureNotes(
  { pictureNotes = [] }: Pick<ImageClassifier, "pictureNotes">,
  text: CliText,
): void {
  showNotes({ notes: pictureNotes.map(text.notes.ifWrong) }, text);
}
