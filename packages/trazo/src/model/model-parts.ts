import type { Preparation } from "../data/preparation.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Engine } from "./engine.js";
import type { OnnxOptions } from "./export-graph.js";

/** What is written of a model, and read back into it. */
export interface ModelParts {
  readonly definition: ModelDefinition;
  readonly engine: Engine;
  readonly preparation: Partial<Preparation> | undefined;
  readonly classNames: readonly string[] | undefined;
  toOnnx(options: OnnxOptions): Uint8Array;
}
