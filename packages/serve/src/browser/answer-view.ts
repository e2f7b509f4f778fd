import type { Guess, Prediction } from "../answer.js";
import type { PageTexts } from "../texts/page-texts.js";
import { contextOf, element } from "./elements.js";
import type { Answer } from "./predict.js";

/** Up to this number, all classes are shown, always in the same order; beyond it, the most probable ones. */
const mostBars = 20;
const topBars = 10;
/** Milliseconds without a new answer after which a screen reader speaks the last one. */
const quiet = 1000;

/** How many of the most probable classes the view wants to know. */
export const topOf = (classes: number): number => Math.min(topBars, classes);

export interface AnswerView {
  tell(answer: Answer): void;
  /** Shows a text in place of an answer. */
  note(text: string): void;
  /** @param names of the classes, in their order */
  setClasses(names: readonly string[]): void;
}

export function createAnswerView(texts: PageTexts, language: string): AnswerView {
  const answer = element("answer", HTMLElement);
  const bars = element("classes", HTMLElement);
  const view = element("view", HTMLElement);
  const speak = createSpeaker(element("spoken", HTMLElement));
  const format = new Intl.NumberFormat(language, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const percent = (share: number): string => format.format(share);

  function note(text: string, isError = false): void {
    answer.textContent = text;
    answer.classList.toggle("error", isError);
    bars.replaceChildren();
    view.hidden = true;
    speak(text);
  }

  function showPrediction(prediction: Prediction): void {
    const text = texts.looksLike
      .replace("{name}", () => prediction.class)
      .replace("{share}", () => percent(prediction.probability))
      .concat(prediction.notes ? ` ${texts.doubtful}` : "");
    answer.textContent = text;
    answer.classList.remove("error");
    speak(text);
    bars.replaceChildren(
      ...guessesOf(prediction).map((guess) => bar(guess, guess.label === prediction.label)),
    );
    view.hidden = !prediction.input;
    if (prediction.input) showInput(prediction.input as InputRows);
  }

  function bar(guess: Guess, isBest: boolean): HTMLElement {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const length = document.createElement("div");
    const share = document.createElement("span");
    name.textContent = guess.class;
    length.className = "bar";
    length.style.width = `${100 * guess.probability}%`;
    share.className = "share";
    share.textContent = percent(guess.probability);
    item.classList.toggle("best", isBest);
    item.append(name, length, share);
    return item;
  }

  let names: readonly string[] = [];
  const guessesOf = ({ probabilities, top = [] }: Prediction): readonly Guess[] =>
    names.length !== probabilities.length || names.length > mostBars
      ? top
      : probabilities.map((probability, label) => ({ label, class: names[label] ?? "", probability }));

  return {
    note: (text) => note(text),
    tell(told) {
      if (told === "unreachable") note(texts.unreachable, true);
      else if ("code" in told) note(texts.errors[told.code] ?? told.message, true);
      else showPrediction(told);
    },
    setClasses(classes) {
      names = classes;
    },
  };
}

/** Gray pixels, or one with an entry per channel. */
type InputRows = readonly (readonly (number | readonly number[])[])[];

/** Draws the image as the network reads it. */
function showInput(rows: InputRows): void {
  const canvas = element("seen", HTMLCanvasElement);
  canvas.height = rows.length;
  canvas.width = rows[0]?.length ?? 0;
  element("size", HTMLElement).textContent = `(${canvas.width}×${canvas.height})`;
  const image = new ImageData(canvas.width, canvas.height);
  for (const [i, pixel] of rows.flat().entries()) {
    const [red = 0, green = red, blue = red] = typeof pixel === "number" ? [pixel] : pixel;
    image.data.set([red, green, blue, 255], 4 * i);
  }
  contextOf(canvas).putImageData(image, 0, 0);
}

/** Hands a text to screen readers once it has stayed for a while: while the user draws, answers change many times per second. */
function createSpeaker(region: HTMLElement): (text: string) => void {
  let timer: number | undefined;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      region.textContent = text;
    }, quiet);
  };
}
