import type { Language } from "../language.js";
import type { Scores } from "./examine.js";
import { shareText } from "./interval.js";
import { figureIn, pictureTexts } from "./text/index.js";

/** Fewer pictures of a class than this tell nothing about it. */
const tooFew = 10;
const mostClasses = 40;
const mostNamed = 5;
const mostConfused = 3;

/** What a model made of labeled pictures, in lines for a terminal. */
export function describeScores(scores: Scores, language: Language = "en"): string[] {
  const { accuracy, loss, classes } = scores;
  const text = pictureTexts[language];
  const words = text.scores;
  const { hits, of } = accuracy;
  const width = Math.max(words.class.length, ...classes.map(({ name }) => name.length));
  return [
    words.accuracy({ share: shareText(accuracy, language), hits, of, loss: figureIn(text, loss, 4) }),
    ...judgments(scores, language),
    `  ${words.class.padEnd(width)}  ${words.found.padEnd(28)} ${words.right}`,
    ...classes
      .slice(0, mostClasses)
      .map(
        ({ name, recall, precision }) =>
          `  ${name.padEnd(width)}  ${shareText(recall, language).padEnd(28)} ${shareText(precision, language)}`,
      ),
    ...confusions(scores, language).map(words.mostConfused),
  ];
}

/** What can be said of an accuracy, and what cannot, in sentences. */
export function judgments({ accuracy, baseline, classes }: Scores, language: Language): string[] {
  const text = pictureTexts[language];
  const { name, share } = baseline;
  const isBeaten = accuracy.low > share;
  const said = [text.scores.baseline({ name, share: figureIn(text, 100 * share, 1), isBeaten })];
  const rare = classes.filter(({ recall }) => recall.of < tooFew).map((one) => one.name);
  if (rare.length > 0) {
    const more = Math.max(0, rare.length - mostNamed);
    said.push(text.scores.rare({ names: rare.slice(0, mostNamed), more, fewerThan: tooFew }));
  }
  return said;
}

/** The pairs of classes that are confused most. */
export function confusions({ classNames, confusion }: Scores, language: Language): string[] {
  const { takenFor } = pictureTexts[language].scores;
  const count = classNames.length;
  return Array.from(confusion, (times, i) => ({ times, actual: Math.floor(i / count), taken: i % count }))
    .filter(({ times, actual, taken }) => times > 0 && actual !== taken)
    .sort((a, b) => b.times - a.times)
    .slice(0, mostConfused)
    .map(({ times, actual, taken }) =>
      takenFor({ actual: classNames[actual] as string, taken: classNames[taken] as string, times }),
    );
}
