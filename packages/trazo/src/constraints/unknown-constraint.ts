import { type Json, type JsonObject, TrazoError } from "../errors.js";
import type { Value } from "../graph/value.js";
import { parseKerasObject } from "../keras-object.js";
import type { Constraint } from "./constraint.js";

/**
 * A constraint that a file names and this library does not know. It matters in training only: the model predicts, and is saved again with it,
 * but is not trained.
 */
export class UnknownConstraint implements Constraint {
  readonly className: string;
  readonly json: Json;
  readonly #config: JsonObject;

  constructor(json: Json, where: string) {
    const { className, config } = parseKerasObject(json, where);
    this.className = className;
    this.#config = config;
    this.json = json;
  }

  getConfig(): JsonObject {
    return this.#config;
  }

  apply(_weight: Value): Value {
    throw new TrazoError(`The constraint ${this.className} is not known, so the weight cannot be trained.`);
  }
}
