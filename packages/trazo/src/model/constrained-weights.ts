import type { Constraint } from "../constraints/constraint.js";
import { TrazoError } from "../errors.js";
import { encode } from "../graph/encode.js";
import { Graph } from "../graph/graph.js";
import { formatShape, shapesEqual } from "../graph/shape.js";
import { bounds, flush } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";
import { lower } from "../lowering/lower.js";
import { lowerings } from "../lowering/registry.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Variable } from "../network/variable.js";
import type { Runtime, Session } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import { nextOutput } from "./graphs.js";

/** The trained weights of a model that have constraints, which every step brings back to what is allowed. */
export class ConstrainedWeights {
  readonly #variables: readonly Variable[];
  readonly #session: Session;

  private constructor(variables: readonly Variable[], session: Session) {
    this.#variables = variables;
    this.#session = session;
  }

  /** Undefined where no weight has a constraint. */
  static async create(model: ModelDefinition, runtime: Runtime): Promise<ConstrainedWeights | undefined> {
    const variables = model.trainableVariables.filter(({ spec }) => spec.constraint);
    if (variables.length === 0) return undefined;
    const graph = new Graph();
    const outputs = variables.map((variable) =>
      constrained(variable, graph.input(variable.path, "float32", variable.shape)),
    );
    const { lowered } = lower(graph, lowerings[runtime.lowering]);
    const named = variables.map(({ path }, i) => [nextOutput(path), lowered(outputs[i] as Value)] as const);
    return new ConstrainedWeights(variables, await runtime.load(encode(Object.fromEntries(named))));
  }

  /** Changes the weights in their places. */
  async apply(): Promise<void> {
    const feeds = Object.fromEntries(this.#variables.map((variable) => [variable.path, variable.tensor]));
    const outputs = await this.#session.run(feeds);
    for (const { path, data } of this.#variables) {
      data.set((outputs[nextOutput(path)] as Tensor<"float32">).data);
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/**
 * A weight as its constraint allows it, or as it is.
 *
 * @throws TrazoError naming the weight when the constraint does not fit it
 */
export function constrained({ path, spec }: Variable, weight: Value): Value {
  const { constraint } = spec;
  if (!constraint) return weight;
  return locateErrors(`Weight "${path}", ${constraint.className}`, () => {
    const allowed = constraint.apply(weight);
    requireSameShape(constraint, allowed, weight);
    // What shrinks a little with every step would become so small that it is slow to compute with.
    return flush(allowed, bounds.weight);
  });
}

function requireSameShape(constraint: Constraint, allowed: Value, { shape }: Value): void {
  if (shapesEqual(allowed.shape, shape)) return;
  throw new TrazoError(
    `apply of ${constraint.className} must keep the weight's shape ${formatShape(shape)}, but gives ${formatShape(allowed.shape)}.`,
  );
}
