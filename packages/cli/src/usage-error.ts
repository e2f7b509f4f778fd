import { TrazoError } from "trazo";

/** The options do not go together: wrong usage, not a failure. */
export class UsageError extends TrazoError {
  override name = "UsageError";
}
