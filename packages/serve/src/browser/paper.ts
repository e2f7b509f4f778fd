import type { Drawing, Point } from "./drawing.js";
import { contextOf } from "./elements.js";

/** Pixels by which an arrow key moves the pen. */
const arrowStep = 10;
const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface Paper {
  /** Shows the drawing as it is now, and the keyboard's pen. */
  show(): void;
  /** Lifts the keyboard's pen and brings it back to the middle. */
  reset(): void;
}

/** Lets people draw on a canvas by pointer and by keyboard. @param onChange told about every change of the drawing */
export function createPaper(
  canvas: HTMLCanvasElement,
  drawing: Drawing,
  onChange: () => void,
  onClear: () => void,
): Paper {
  const context = contextOf(canvas);
  const middle: Point = { x: canvas.width / 2, y: canvas.height / 2 };
  let cursor = middle;
  let isPenDown = false;
  let pointer: number | undefined;

  function show(): void {
    context.drawImage(drawing.canvas, 0, 0);
    if (document.activeElement !== canvas || pointer !== undefined) return;
    context.lineWidth = 2;
    context.strokeStyle = isPenDown ? "#b3261e" : "#5f6670";
    context.beginPath();
    context.arc(cursor.x, cursor.y, 12, 0, 2 * Math.PI);
    context.stroke();
  }

  const place = ({ clientX, clientY }: PointerEvent): Point => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((clientX - box.left) * canvas.width) / box.width,
      y: ((clientY - box.top) * canvas.height) / box.height,
    };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pointer !== undefined) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    isPenDown = false;
    drawing.startStroke(place(event));
    onChange();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length > 0 ? steps : [event]) drawing.continueStroke(place(step));
    onChange();
  });
  const lift = (event: PointerEvent): void => {
    if (event.pointerId === pointer) pointer = undefined;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("focus", show);
  canvas.addEventListener("blur", show);

  canvas.addEventListener("keydown", (event) => {
    const direction = directions[event.key];
    if (direction) move(direction);
    else if (event.key === " ") togglePen();
    else if (event.key === "Delete" || event.key === "Backspace") onClear();
    else return;
    event.preventDefault();
    show();
  });

  function move([x, y]: readonly [x: number, y: number]): void {
    cursor = {
      x: Math.min(canvas.width, Math.max(0, cursor.x + arrowStep * x)),
      y: Math.min(canvas.height, Math.max(0, cursor.y + arrowStep * y)),
    };
    if (!isPenDown) return;
    drawing.continueStroke(cursor);
    onChange();
  }

  function togglePen(): void {
    isPenDown = !isPenDown;
    if (!isPenDown) return;
    drawing.startStroke(cursor);
    onChange();
  }

  return {
    show,
    reset() {
      cursor = middle;
      isPenDown = false;
    },
  };
}
