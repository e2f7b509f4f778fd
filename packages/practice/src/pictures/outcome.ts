import type { Scores } from "./examine.js";
import { shareText } from "./interval.js";

/** Fewer pictures of a class than this tell nothing about it. */
const tooFew = 10;
const mostClasses = 40;
const mostConfused = 3;

/** What a model made of labeled pictures, in lines for a terminal. */
export function describeScores(scores: Scores): string[] {
  const { accuracy, loss, classes } = scores;
  const width = Math.max(5, ...classes.map(({ name }) => name.length));
  return [
    `Accuracy ${shareText(accuracy)}, ${accuracy.hits} of ${accuracy.of} pictures; loss ${loss.toFixed(4)}. In brackets: where it lies in 95 of 100 such measurements.`,
    ...judgments(scores),
    `  ${"class".padEnd(width)}  found                        right when it says so`,
    ...classes
      .slice(0, mostClasses)
      .map(
        ({ name, recall, precision }) =>
          `  ${name.padEnd(width)}  ${shareText(recall).padEnd(28)} ${shareText(precision)}`,
      ),
    ...confusions(scores).map((line) => `Most confused: ${line}`),
  ];
}

/** What can be said of an accuracy, and what cannot, in sentences. */
export function judgments({ accuracy, baseline, classes }: Scores): string[] {
  const said = [
    accuracy.low > baseline.share
      ? `Always saying "${baseline.name}" would get ${(100 * baseline.share).toFixed(1)} %: the model has learned more than that.`
      : `Always saying "${baseline.name}" would get ${(100 * baseline.share).toFixed(1)} %: these pictures do not show that the model has learned more than that.`,
  ];
  const rare = classes.filter(({ recall }) => recall.of < tooFew);
  if (rare.length > 0) {
    const names = rare.slice(0, 5).map(({ name }) => `"${name}"`);
    said.push(
      `Of ${names.join(", ")}${rare.length > 5 ? ` and ${rare.length - 5} more` : ""} there are fewer than ${tooFew} test pictures: too few to say how well ${rare.length === 1 ? "it is" : "they are"} recognized.`,
    );
  }
  return said;
}

/** The pairs of classes that are confused most. */
export function confusions({ classNames, confusion }: Scores): string[] {
  const count = classNames.length;
  return Array.from(confusion, (times, i) => ({ times, actual: Math.floor(i / count), taken: i % count }))
    .filter(({ times, actual, taken }) => times > 0 && actual !== taken)
    .sort((a, b) => b.times - a.times)
    .slice(0, mostConfused)
    .map(({ times, actual, taken }) =>
      `${classNames[actual]} taken for ${classNames[taken]}, ${times} times`.replace(", 1 times", ", once"),
    );
}
