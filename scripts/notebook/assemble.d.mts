/** The notebooks by language. */
export const notebooks: Readonly<Record<"es" | "en", string>>;

export interface Cell {
  readonly id: string;
  readonly type: "code" | "markdown";
  readonly source: string;
}

export function cellsOf(language: "es" | "en"): readonly Cell[];
export function notebookFile(cells: readonly Cell[], executed?: unknown): unknown;
export function withoutComments(code: string): string;
