import type { Optimizer } from "../optimizers/optimizer.js";

/** Which slot of which variable a stored array is. */
export interface SlotPlace {
  readonly variable: number;
  readonly slot: number;
}

/** Slots that Keras from 2.11 on makes variable by variable, side by side. */
const sideBySide = new Set(["Adam", "AdamW"]);

/**
 * The order in which Keras stores an optimiser's slots. One slot comes for all variables, then the next slot; but from 2.11 on
 * the two moments of Adam come together, variable by variable, and only amsgrad's maximum after them.
 *
 * @param momentsApart as up to Keras 2.10, and from the optimisers that later versions call legacy
 */
export function slotOrder(
  { className, slots }: Pick<Optimizer, "className" | "slots">,
  variables: number,
  momentsApart: boolean,
): SlotPlace[] {
  const together = sideBySide.has(className) && !momentsApart ? 2 : 1;
  const numbers = slots.map((_, slot) => slot);
  const groups = [numbers.slice(0, together), ...numbers.slice(together).map((slot) => [slot])];
  return groups.flatMap((group) =>
    Array.from({ length: variables }, (_, variable) => group.map((slot) => ({ variable, slot }))).flat(),
  );
}
