import { createKernels, type Kernels } from "../../src/kernels/kernels.js";
import type { Optimizer, VariableSpan } from "../../src/optimizers/optimizer.js";

export interface FlatVariable {
  readonly span: VariableSpan;
  readonly p: Float32Array;
  readonly g: Float32Array;
  readonly slots: readonly Float32Array[];
}

/** A variable in kernel memory, its slots zero. */
export function placeVariable(
  kernels: Kernels,
  optimizer: Optimizer,
  values: ArrayLike<number>,
  { l1 = 0, l2 = 0 } = {},
): FlatVariable {
  const { length } = values;
  const allocate = (): number => kernels.allocate(length * 4);
  const span = { p: allocate(), g: allocate(), slots: optimizer.slots.map(allocate), length, l1, l2 };
  const view = (offset: number): Float32Array => kernels.float32(offset, length);
  const p = view(span.p);
  p.set(values);
  return { span, p, g: view(span.g), slots: span.slots.map(view) };
}

/** Kernels with room for `count` arrays of `length` values. */
export function kernelsFor(count: number, length: number): Promise<Kernels> {
  return createKernels(count * (Math.ceil((length * 4) / 64) * 64));
}

/** Numbers that repeat: a seeded linear congruential generator, uniform on [-1, 1). */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(state / 2 ** 31 - 1);
  };
}
