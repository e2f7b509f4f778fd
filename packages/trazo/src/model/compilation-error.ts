import { TrazoError } from "../errors.js";

/** The model in a file is supported, but what it was compiled with is not: `{ compile: false }` loads it without. */
export class CompilationError extends TrazoError {
  override name = "CompilationError";
}
