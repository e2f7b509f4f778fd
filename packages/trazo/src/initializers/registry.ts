import { objectOf, Registry } from "../schema/registry.js";
import { constant, ones, zeros } from "./constant.js";
import type { Initializer } from "./initializer.js";
import { orthogonal } from "./orthogonal.js";
import { randomNormal, randomUniform, truncatedNormal } from "./random.js";
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
} from "./variance-scaling.js";

const factories = {
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  varianceScaling,
  randomNormal,
  randomUniform,
  truncatedNormal,
  zeros,
  ones,
  constant,
  orthogonal,
};

/** Names by which an initializer can be asked for; Keras's spelling is taken too. */
export type InitializerName = keyof typeof factories;

/** Every initializer that files may hold and names may mean. */
export const initializers = new Registry<Initializer>("initializer", Object.values(factories), {
  own: "initializers",
});

/** An option that is an initializer, given as itself or by its name with Keras's defaults. */
export const initializer = () =>
  objectOf<Initializer, InitializerName | (string & {})>(
    initializers,
    (value) => "init" in value && typeof value.init === "function",
    "initializers.heNormal()",
  );
