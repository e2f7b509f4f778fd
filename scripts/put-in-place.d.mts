/** Of a bundler's output what is read of it. */
type OutputFile =
  | { readonly type: "chunk"; readonly fileName: string; readonly code: string }
  | { readonly type: "asset"; readonly fileName: string; readonly source: string };

export function filesOf(output: readonly OutputFile[]): Map<string, string>;
export function putInPlace(dist: string, files: ReadonlyMap<string, string>): void;
