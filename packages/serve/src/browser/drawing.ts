import { contextOf, newCanvas } from "./elements.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Stroke {
  readonly kind: "stroke";
  readonly points: Point[];
  length: number;
}

/** A picture that was opened, brought to the drawing's size, and the file to classify. */
interface OpenedPicture {
  readonly kind: "picture";
  readonly image: CanvasImageSource;
  readonly file: File;
}

type Mark = Stroke | OpenedPicture | { readonly kind: "clear" };

/** How far the drawing is: `started` has dots only, from which nothing can be told yet. */
export type DrawingState = "empty" | "started" | "drawn";

/** A black drawing on white, as marks that can be undone. */
export class Drawing {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #lineWidth: number;
  #marks: Mark[] = [];

  /** @param side pixels */
  constructor(side: number) {
    this.canvas = newCanvas(side, side);
    this.#context = contextOf(this.canvas);
    this.#lineWidth = side / 14;
    this.#redraw();
  }

  get state(): DrawingState {
    const marks = this.#visible();
    if (marks.length === 0) return "empty";
    const isDrawn = (mark: Mark): boolean =>
      mark.kind === "picture" || (mark.kind === "stroke" && mark.length > this.#lineWidth);
    return marks.some(isDrawn) ? "drawn" : "started";
  }

  get canUndo(): boolean {
    return this.#marks.length > 0;
  }

  /** The opened picture's file, when nothing was drawn over it. */
  get file(): File | undefined {
    const [first, ...others] = this.#visible();
    return first?.kind === "picture" && others.length === 0 ? first.file : undefined;
  }

  startStroke(at: Point): void {
    const stroke: Stroke = { kind: "stroke", points: [at], length: 0 };
    this.#marks.push(stroke);
    this.#draw(stroke);
  }

  /** Continues the stroke that was started last. */
  continueStroke(to: Point): void {
    const stroke = this.#marks.at(-1);
    const from = stroke?.kind === "stroke" ? stroke.points.at(-1) : undefined;
    if (stroke?.kind !== "stroke" || !from) return;
    stroke.points.push(to);
    stroke.length += Math.hypot(to.x - from.x, to.y - from.y);
    this.#line([from, to]);
  }

  /** Replaces the drawing by a picture. @param image already of the drawing's size */
  open(image: CanvasImageSource, file: File): void {
    this.clear();
    this.#marks.push({ kind: "picture", image, file });
    this.#redraw();
  }

  clear(): void {
    if (this.#visible().length > 0) this.#marks.push({ kind: "clear" });
    this.#redraw();
  }

  undo(): void {
    this.#marks.pop();
    this.#redraw();
  }

  #visible(): readonly Mark[] {
    return this.#marks.slice(this.#marks.findLastIndex(({ kind }) => kind === "clear") + 1);
  }

  #redraw(): void {
    this.#context.fillStyle = "#fff";
    this.#context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    for (const mark of this.#visible()) this.#draw(mark);
  }

  #draw(mark: Mark): void {
    if (mark.kind === "picture") this.#context.drawImage(mark.image, 0, 0);
    if (mark.kind === "stroke") this.#line(mark.points);
  }

  #line(points: readonly Point[]): void {
    const context = this.#context;
    const [first, ...others] = points;
    if (!first) return;
    context.fillStyle = "#000";
    context.strokeStyle = "#000";
    context.lineWidth = this.#lineWidth;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    if (others.length === 0) {
      // Browsers do not agree on whether a line of no length is a dot.
      context.arc(first.x, first.y, this.#lineWidth / 2, 0, 2 * Math.PI);
      context.fill();
      return;
    }
    context.moveTo(first.x, first.y);
    for (const { x, y } of others) context.lineTo(x, y);
    context.stroke();
  }
}
