/** Where progress and messages are shown. */
export interface Terminal {
  /** Whether a line can be redrawn in place; not in a file or a pipe. */
  readonly isInteractive: boolean;
  /** Width of a line, in characters. */
  readonly columns: number;
  print(text: string): void;
}
