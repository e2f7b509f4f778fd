import type { ErrorCode } from "../request-error.js";

/** Everything that the page says, in one language. `{name}` stands for what is put in. */
export interface PageTexts {
  /** In the language itself. */
  readonly language: string;
  readonly title: string;
  readonly drawDigit: string;
  readonly draw: string;
  readonly loading: string;
  /** With `{name}`, `{count}`, `{size}` and `{color}`. */
  readonly model: string;
  readonly gray: string;
  readonly color: string;
  readonly drawing: string;
  readonly drawingArea: string;
  readonly help: string;
  readonly undo: string;
  readonly clear: string;
  readonly open: string;
  readonly orDrop: string;
  readonly answer: string;
  readonly probabilities: string;
  readonly nothingYet: string;
  readonly keepDrawing: string;
  /** With `{name}` and `{share}`. */
  readonly looksLike: string;
  readonly seen: string;
  /** Follows `looksLike` where the server has doubts about the picture. */
  readonly doubtful: string;
  readonly fromProgram: string;
  readonly reference: string;
  readonly metrics: string;
  readonly health: string;
  readonly unreachable: string;
  /** By the code of the server's error. Those left out are shown with the server's message, which is in English. */
  readonly errors: Readonly<Partial<Record<ErrorCode, string>>>;
}
