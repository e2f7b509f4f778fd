import { createPaper, Drawing } from "@trazo/serve/pad";
import { type Digit, digitOf, type HeldNetwork, openNetworks, type Reading } from "./networks.js";

const paperSide = 320;
/** Pixels per side of what is made a digit of: more than enough for 28. */
const readSide = 112;
const digitSide = 28;

type Networks = Awaited<ReturnType<typeof openNetworks>>;

const held = document.getElementById("networks");
// Opened once, when somebody first draws: they are most of the page's bytes.
let opening: Promise<Networks> | undefined;
const networks = (): Promise<Networks> => {
  opening ??= openNetworks(JSON.parse(held?.textContent ?? "[]") as HeldNetwork[]);
  return opening;
};

/** Binds the pad that is shown now, and again whenever the page's language changes. */
function bind(): void {
  const section = document.getElementById("draw");
  const canvas = section?.querySelector("canvas");
  const seen = section?.querySelector<HTMLCanvasElement>(".seen");
  if (!section || !canvas || !seen) return;
  const drawing = new Drawing(paperSide);
  const rows = new Map(
    [...section.querySelectorAll<HTMLElement>("[data-reads]")].map((row) => [row.dataset.reads, row]),
  );
  let latest = 0;
  const read = async (digit: Digit | undefined): Promise<void> => {
    const own = ++latest;
    showDigit(seen, digit);
    if (!digit) return clearRows(rows.values());
    const opened = await networks();
    for (const { technique, read: reads } of opened) {
      const reading = await reads(digit);
      // Another stroke has come meanwhile.
      if (own !== latest) return;
      const row = rows.get(technique);
      if (row) showReading(row, reading, document.documentElement.lang);
    }
    section.dataset.state = "read";
  };
  const changed = (): void => {
    paper.show();
    delete section.dataset.state;
    void read(drawing.state === "drawn" ? digitOf(grayOf(drawing.canvas, readSide), readSide) : undefined);
  };
  const clear = (): void => {
    drawing.clear();
    paper.reset();
    changed();
  };
  const paper = createPaper(canvas, drawing, changed, clear);
  section.querySelector(".clear")?.addEventListener("click", clear);
  section.querySelector(".undo")?.addEventListener("click", () => {
    drawing.undo();
    paper.reset();
    changed();
  });
  for (const button of section.querySelectorAll<HTMLElement>("[data-digit]")) {
    button.addEventListener("click", () => {
      clear();
      const image = button.querySelector("img");
      if (image) void read(grayOf(image, digitSide).map((gray) => 255 - gray));
    });
  }
  paper.show();
  section.hidden = false;
}

/** Gray levels of a picture at another size, row by row, on white. Red alone is read: drawings and digits have no color. */
function grayOf(picture: CanvasImageSource, side: number): Uint8Array {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("The browser cannot draw.");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  context.drawImage(picture, 0, 0, side, side);
  const { data } = context.getImageData(0, 0, side, side);
  return Uint8Array.from({ length: side * side }, (_, i) => data[4 * i] as number);
}

function showDigit(canvas: HTMLCanvasElement, digit: Digit | undefined): void {
  // So small that the graphics processor would be no help.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return;
  const image = context.createImageData(digitSide, digitSide);
  for (let i = 0; i < digitSide * digitSide; i++) {
    image.data.fill(255 - (digit?.[i] ?? 0), 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

function showReading(row: HTMLElement, reading: Reading, language: string): void {
  const best = reading.indexOf(Math.max(...reading));
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const [digit, share] = [row.querySelector(".digit"), row.querySelector(".share")];
  if (digit) digit.textContent = String(best);
  if (share) share.textContent = percent.format(reading[best] as number);
  for (const [i, bar] of [...row.querySelectorAll<HTMLElement>(".bars i")].entries()) {
    bar.style.setProperty("--p", String(reading[i] ?? 0));
    bar.classList.toggle("best", i === best);
  }
}

function clearRows(rows: Iterable<HTMLElement>): void {
  for (const row of rows) {
    for (const cell of row.querySelectorAll(".digit, .share")) cell.textContent = "";
    for (const bar of row.querySelectorAll<HTMLElement>(".bars i")) bar.style.setProperty("--p", "0");
  }
}

document.addEventListener("report:shown", bind);
bind();
