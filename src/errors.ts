/**
 * An error made for people: what was wrong, where, what was expected, what to do.
 * The command line prints its message alone, without a stack trace.
 */
export class TrazoError extends Error {
  override name = "TrazoError";
}

/** Any value that JSON can hold: Keras configurations are made of these. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object, e.g. the configuration of a layer. */
export type JsonObject = { [key: string]: Json };
