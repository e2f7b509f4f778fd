/** The update rules once more, in float64 and one value at a time, as section by section in Keras's own source. */

export interface ReferenceStep {
  readonly p: number;
  readonly slots: readonly number[];
}

export type ReferenceRule = (p: number, g: number, slots: readonly number[], t: number) => ReferenceStep;

export function referenceAdam({
  rate = 0.001,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
  amsgrad = false,
}): ReferenceRule {
  return (p, g, [m0 = 0, v0 = 0, hat0 = 0], t) => {
    const m = m0 + (g - m0) * (1 - beta1);
    const v = v0 + (g * g - v0) * (1 - beta2);
    const hat = Math.max(hat0, v);
    const alpha = (rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
    const next = p - (alpha * m) / (Math.sqrt(amsgrad ? hat : v) + epsilon);
    return { p: next, slots: amsgrad ? [m, v, hat] : [m, v] };
  };
}

export function referenceSgd({ rate = 0.01, momentum = 0, nesterov = false }): ReferenceRule {
  return (p, g, [v0 = 0]) => {
    if (momentum === 0) return { p: p - rate * g, slots: [] };
    const v = momentum * v0 - rate * g;
    return { p: p + (nesterov ? momentum * v - rate * g : v), slots: [v] };
  };
}

export function referenceRmsprop({
  rate = 0.001,
  rho = 0.9,
  momentum = 0,
  epsilon = 1e-7,
  centered = false,
}): ReferenceRule {
  return (p, g, slots) => {
    const [v0 = 0] = slots;
    const b0 = momentum > 0 ? (slots[1] ?? 0) : 0;
    const a0 = centered ? (slots[momentum > 0 ? 2 : 1] ?? 0) : 0;
    const v = rho * v0 + (1 - rho) * g * g;
    const a = rho * a0 + (1 - rho) * g;
    const increment = (rate * g) / Math.sqrt((centered ? v - a * a : v) + epsilon);
    const b = momentum * b0 + increment;
    return { p: p - b, slots: [v, ...(momentum > 0 ? [b] : []), ...(centered ? [a] : [])] };
  };
}

/** A penalty's part of the gradient, and decay, around a rule: what one step does to one weight. */
export function withPenalties(rule: ReferenceRule, { l1 = 0, l2 = 0, decay = 0 }): ReferenceRule {
  return (p, g, slots, t) => rule(p - p * decay, g + 2 * l2 * p + l1 * Math.sign(p), slots, t);
}
