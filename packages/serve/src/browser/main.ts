import type { PageTexts } from "../texts/page-texts.js";
import { createAnswerView, topOf } from "./answer-view.js";
import { Drawing } from "./drawing.js";
import { element } from "./elements.js";
import { createPaper } from "./paper.js";
import { type ChosenPicture, onPicture, readPicture, toPng } from "./picture.js";
import { type Answer, createAsker, predict } from "./predict.js";

interface Health {
  readonly model: string;
  readonly imageShape: readonly [height: number, width: number, channels: number];
  readonly classes: readonly string[];
}

const texts = JSON.parse(element("texts", HTMLScriptElement).text) as PageTexts;
const canvas = element("paper", HTMLCanvasElement);
const undo = element("undo", HTMLButtonElement);
const clear = element("clear", HTMLButtonElement);
const view = createAnswerView(texts, document.documentElement.lang);
const asker = createAsker(view.tell);
const drawing = new Drawing(canvas.width);
const paper = createPaper(canvas, drawing, changed, clearDrawing);
/** What is sent when the server does not take a file as it is. */
const smaller = new WeakMap<File, ChosenPicture>();
let top = 1;

/** After every change of the drawing. */
function changed(): void {
  paper.show();
  undo.disabled = !drawing.canUndo;
  clear.disabled = drawing.state === "empty";
  if (drawing.state === "drawn") {
    asker.ask(question());
    return;
  }
  asker.forget();
  view.note(drawing.state === "empty" ? texts.nothingYet : texts.keepDrawing);
}

function question(): () => Promise<Answer> {
  const { file } = drawing;
  return file ? () => askAboutFile(file) : async () => await predict(await toPng(drawing.canvas), top);
}

/** Sends a file as it is, so that the answer is the one that a program would get; if it is refused, what the browser makes of it. */
async function askAboutFile(file: File): Promise<Answer> {
  const answer = await predict(file, top);
  if (answer === "unreachable" || !("code" in answer)) return answer;
  const png = await smaller.get(file)?.smaller();
  return png ? await predict(png, top) : answer;
}

function clearDrawing(): void {
  drawing.clear();
  paper.reset();
  changed();
}

function undoLast(): void {
  drawing.undo();
  paper.reset();
  changed();
}

async function open(file: File): Promise<void> {
  const picture = await readPicture(file);
  const square = picture.square(canvas.width);
  if (square) {
    smaller.set(file, picture);
    drawing.open(square, file);
    changed();
    return;
  }
  // The browser cannot show it, but the server may know the format, and otherwise says what is wrong.
  clearDrawing();
  asker.ask(() => predict(file, top));
}

async function introduce(): Promise<void> {
  const model = element("model", HTMLElement);
  try {
    const { model: name, classes, imageShape } = (await (await fetch("health")).json()) as Health;
    const [height, width, channels] = imageShape;
    view.setClasses(classes);
    top = topOf(classes.length);
    model.textContent = texts.model
      .replace("{name}", () => name)
      .replace("{count}", String(classes.length))
      .replace("{size}", `${width}×${height}`)
      .replace("{color}", channels === 1 ? texts.gray : texts.color);
  } catch {
    model.textContent = texts.unreachable;
  }
}

clear.addEventListener("click", clearDrawing);
undo.addEventListener("click", undoLast);
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || !drawing.canUndo) return;
  event.preventDefault();
  undoLast();
});
onPicture(element("file", HTMLInputElement), (file) => void open(file));
const address = new URL("predict", location.href).href;
element("example", HTMLElement).textContent =
  `curl -H 'Content-Type: image/png' --data-binary @seven.png '${address}?top=3'\n` +
  `curl -F images=@seven.png -F images=@two.jpg '${address}'`;
paper.show();
void introduce();
