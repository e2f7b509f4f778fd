import type { Optimizer } from "../optimizers/optimizer.js";

/** Which slot of which variable a stored array is. */
export interface SlotPlace {
  readonly variable: number;
  readonly slot: number;
}

/**
 * The order in which Keras stores an optimizer's slots. One slot comes for all variables, then the next slot; but from 2.11 on
 * the two moments of Adam come together (`Optimizer.sideBySide`), variable by variable, and only amsgrad's maximum after them.
 *
 * @param momentsApart as up to Keras 2.10, and from the optimizers that later versions call legacy
 */
export function slotOrder(
  { slots, leadingSlots = 0, sideBySide = 1 }: Pick<Optimizer, "slots" | "leadingSlots" | "sideBySide">,
  variables: number,
  momentsApart: boolean,
): SlotPlace[] {
  const together = momentsApart ? 1 : sideBySide;
  const numbers = slots.map((_, slot) => slot);
  const alone = (some: readonly number[]) => some.map((slot) => [slot]);
  const groups = [
    ...alone(numbers.slice(0, leadingSlots)),
    numbers.slice(leadingSlots, leadingSlots + together),
    ...alone(numbers.slice(leadingSlots + together)),
  ];
  return groups.flatMap((group) =>
    Array.from({ length: variables }, (_, variable) => group.map((slot) => ({ variable, slot }))).flat(),
  );
}
