import { unflushed } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";

/**
 * New elements of arrays, computed as they are, but for what makes small ones of some of the arrays 0 (src/graph/subnormals.ts). Guards within
 * a formula, of gradients and of what is squared, stay.
 */
export function withoutGuards(
  stores: ReadonlyMap<Value, Value>,
  unguarded: readonly Value[],
): ReadonlyMap<Value, Value> {
  const stored = unguarded.flatMap((array) => stores.get(array) ?? []);
  const guarded = new Set(stored.filter((value) => unflushed(value) !== value));
  const made = new Map<Value, Value>();
  const copy = (value: Value): Value => {
    const known = made.get(value);
    if (known) return known;
    const result = guarded.has(value) ? copy(unflushed(value)) : again(value, copy);
    made.set(value, result);
    return result;
  };
  return new Map([...stores].map(([array, next]) => [array, copy(next)]));
}

/** The value, computed of others in place of its operator's inputs where there are such. */
function again(value: Value, other: (input: Value) => Value): Value {
  const { producer, graph } = value;
  if (!producer) return value;
  const inputs = producer.inputs.map((input) => input && other(input));
  if (inputs.every((input, i) => input === producer.inputs[i])) return value;
  return graph.apply(producer.op, inputs, producer.attributes)[producer.outputs.indexOf(value)] as Value;
}
