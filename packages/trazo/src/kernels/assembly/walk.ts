import { adamStep } from "./adam";
import { rmspropStep } from "./rmsprop";
import { Rule, slotsOf } from "./rules";
import { sgdStep } from "./sgd";
import { addWide, flush, flushWeight, signed, sumLanes } from "./vector";

/** Penalties are summed in float32 over this many bytes (128 values), and from there on in float64. */
const BLOCK: usize = 512;

/** Room for one vector of p, g and three slots: the values after the last whole vector are updated here. */
const SCRATCH: usize = memory.data(5 * 16, 16);

/**
 * One step of `rule` for the `n` weights at `p` with gradients at `g` and slots at `s0`, `s1`, `s2` (those that the rule
 * has). `c0` to `c3` are the rule's coefficients. Weights decay by the factor 1 - decay first.
 *
 * @returns the penalty l1 * sum|p| + l2 * sum p² at the weights before the step; its gradient was added to g's
 */
// @ts-ignore: decorator
@inline
export function walk(
  rule: i32,
  p: usize, g: usize, s0: usize, s1: usize, s2: usize, n: usize,
  c0: f32, c1: f32, c2: f32, c3: f32,
  l1: f32, l2: f32, decay: f32,
): f64 {
  const k0 = f32x4.splat(c0), k1 = f32x4.splat(c1), k2 = f32x4.splat(c2), k3 = f32x4.splat(c3);
  const d = f32x4.splat(decay);
  const e1 = f32x4.splat(l1), e2 = f32x4.splat(2 * l2);
  // A loop is compiled for each, so that nobody pays for what is not asked for.
  if (l1 != 0 || (l2 != 0 && decay != 0)) return loop(rule, true, true, true, p, g, s0, s1, s2, n, k0, k1, k2, k3, e1, e2, d);
  if (l2 != 0) return loop(rule, false, true, false, p, g, s0, s1, s2, n, k0, k1, k2, k3, e1, e2, d);
  if (decay != 0) return loop(rule, false, false, true, p, g, s0, s1, s2, n, k0, k1, k2, k3, e1, e2, d);
  return loop(rule, false, false, false, p, g, s0, s1, s2, n, k0, k1, k2, k3, e1, e2, d);
}

// @ts-ignore: decorator
@inline
function loop(
  rule: i32, withL1: bool, withL2: bool, decays: bool,
  p: usize, g: usize, s0: usize, s1: usize, s2: usize, n: usize,
  k0: v128, k1: v128, k2: v128, k3: v128,
  l1: v128, twiceL2: v128, decay: v128,
): f64 {
  let total = f64x2.splat(0);
  const bytes = n * 4;
  const whole = bytes & ~15;
  let at: usize = 0;
  while (at < whole) {
    const end = min(at + BLOCK, whole);
    let sum = f32x4.splat(0);
    for (; at < end; at += 16) {
      const terms = step(
        rule, withL1, withL2, decays,
        p + at, g + at, s0 + at, s1 + at, s2 + at, k0, k1, k2, k3, l1, twiceL2, decay,
      );
      if (withL2) sum = f32x4.add(sum, terms);
    }
    if (withL2) total = addWide(total, sum);
  }
  if (at < bytes) {
    const rest = bytes - at;
    const slots = slotsOf(rule);
    memory.fill(SCRATCH, 0, 5 * 16);
    memory.copy(SCRATCH, p + at, rest);
    memory.copy(SCRATCH + 16, g + at, rest);
    if (slots > 0) memory.copy(SCRATCH + 32, s0 + at, rest);
    if (slots > 1) memory.copy(SCRATCH + 48, s1 + at, rest);
    if (slots > 2) memory.copy(SCRATCH + 64, s2 + at, rest);
    const terms = step(
      rule, withL1, withL2, decays,
      SCRATCH, SCRATCH + 16, SCRATCH + 32, SCRATCH + 48, SCRATCH + 64, k0, k1, k2, k3, l1, twiceL2, decay,
    );
    if (withL2) total = addWide(total, terms);
    memory.copy(p + at, SCRATCH, rest);
    if (slots > 0) memory.copy(s0 + at, SCRATCH + 32, rest);
    if (slots > 1) memory.copy(s1 + at, SCRATCH + 48, rest);
    if (slots > 2) memory.copy(s2 + at, SCRATCH + 64, rest);
  }
  return 0.5 * sumLanes(total);
}

/** Updates four weights. @returns twice their penalties */
// @ts-ignore: decorator
@inline
function step(
  rule: i32, withL1: bool, withL2: bool, decays: bool,
  p: usize, g: usize, s0: usize, s1: usize, s2: usize,
  k0: v128, k1: v128, k2: v128, k3: v128,
  l1: v128, twiceL2: v128, decay: v128,
): v128 {
  let w = v128.load(p);
  let gradient = v128.load(g);
  let terms = f32x4.splat(0);
  if (withL2) {
    // The gradient of l1 |w| + l2 w² is l1 sign(w) + 2 l2 w; twice the penalty is w (2 l1 sign(w) + 2 l2 w).
    let slope = f32x4.mul(twiceL2, w);
    gradient = f32x4.add(gradient, slope);
    if (withL1) {
      const pull = signed(w, l1);
      gradient = f32x4.add(gradient, pull);
      slope = f32x4.add(slope, f32x4.add(pull, pull));
    }
    terms = f32x4.mul(w, slope);
  }
  gradient = flush(gradient);
  if (decays) w = f32x4.sub(w, f32x4.mul(w, decay));
  if (rule == Rule.ADAM || rule == Rule.ADAM_AMSGRAD) {
    w = adamStep(rule, w, gradient, s0, s1, s2, k0, k1, k2, k3);
  } else if (rule <= Rule.SGD_NESTEROV) {
    w = sgdStep(rule, w, gradient, s0, k0, k1);
  } else {
    w = rmspropStep(rule, w, gradient, s0, s1, s2, k0, k1, k2, k3);
  }
  v128.store(p, flushWeight(w));
  return terms;
}
