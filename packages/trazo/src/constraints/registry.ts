import type { Json } from "../errors.js";
import { parseKerasObject, registeredName } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import { type OptionalOption, optional } from "../schema/option.js";
import { findOwn, type OwnClasses } from "../schema/own-classes.js";
import { objectOf, Registry } from "../schema/registry.js";
import * as builtIn from "./built-in.js";
import type { Constraint } from "./constraint.js";
import { UnknownConstraint } from "./unknown-constraint.js";

/** Every constraint that files may hold and names may mean. */
export const constraints = new Registry<Constraint>("constraint", Object.values(builtIn), {
  own: "constraints",
});

const known = objectOf(constraints, (value) => hasMethod(value, "apply"), "constraints.maxNorm()");

/** An option that is a constraint, given as itself or by its name with Keras's defaults, or null for none. */
export const constraint = (): OptionalOption<string | Constraint | null, Constraint | undefined> =>
  optional({
    ...known,
    toKeras: (kept) => (kept instanceof UnknownConstraint ? kept.json : known.toKeras(kept)),
    fromKeras: (json, where, own) =>
      isKnown(json, where, own) ? known.fromKeras(json, where, own) : new UnknownConstraint(json, where),
    isTrainingOnly: (kept) => kept instanceof UnknownConstraint,
  });

function isKnown(json: Json, where: string, own: OwnClasses | undefined): boolean {
  const { className } = parseKerasObject(json, where);
  const name = registeredName(json, className);
  return constraints.has(className) || findOwn(own?.constraints, name) !== undefined;
}
