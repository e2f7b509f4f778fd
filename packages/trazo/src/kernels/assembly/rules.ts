/** The update rules. `walk` is inlined once for each, so the choice costs nothing while it runs. */
export namespace Rule {
  export const ADAM: i32 = 0;
  export const ADAM_AMSGRAD: i32 = 1;
  export const SGD: i32 = 2;
  export const SGD_MOMENTUM: i32 = 3;
  export const SGD_NESTEROV: i32 = 4;
  export const RMSPROP: i32 = 5;
  export const RMSPROP_MOMENTUM: i32 = 6;
  export const RMSPROP_CENTERED: i32 = 7;
  export const RMSPROP_CENTERED_MOMENTUM: i32 = 8;
}

/** Number of slots (state values per weight) that a rule keeps. */
// @ts-ignore: decorator
@inline
export function slotsOf(rule: i32): i32 {
  if (rule == Rule.SGD) return 0;
  if (rule == Rule.SGD_MOMENTUM || rule == Rule.SGD_NESTEROV || rule == Rule.RMSPROP) return 1;
  if (rule == Rule.ADAM_AMSGRAD || rule == Rule.RMSPROP_CENTERED_MOMENTUM) return 3;
  return 2;
}
