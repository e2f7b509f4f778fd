import { TrazoError } from "../errors.js";

/** The options do not go together: wrong usage, not a failure. */
export class UsageError extends TrazoError {
  override name = "UsageError";
}
