import type { Count, Place, Step } from "./program.js";

/** A call of a kernel by its name. */
export const kernel = (name: string, ...args: readonly (Count | Place)[]): Step => ({
  kind: "kernel",
  name,
  args,
});

/** The places that a step reads or writes. */
export function placesOf(step: Step): Place[] {
  if (step.kind === "product") return [step.a, step.b, step.y];
  if (step.kind === "kernel") {
    return step.args.filter((arg): arg is Place => typeof arg !== "number" && "at" in arg);
  }
  return [...Object.values(step.inputs), ...Object.values(step.outputs)].flatMap((tensor) =>
    typeof tensor === "string" ? [] : [tensor.place],
  );
}
