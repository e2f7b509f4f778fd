import { objectOf, Registry } from "../schema/registry.js";
import * as builtIn from "./built-in.js";
import type { Initializer } from "./initializer.js";

/** Names by which an initializer can be asked for; Keras's spelling is taken too. */
export type InitializerName = keyof typeof builtIn;

/** Every initializer that files may hold and names may mean. */
export const initializers = new Registry<Initializer>("initializer", Object.values(builtIn), {
  own: "initializers",
});

/** An option that is an initializer, given as itself or by its name with Keras's defaults. */
export const initializer = () =>
  objectOf<Initializer, InitializerName | (string & {})>(
    initializers,
    (value) => "init" in value && typeof value.init === "function",
    "initializers.heNormal()",
  );
