import type { WebAssemblyModule } from "../../kernels/webassembly.js";
import type { Count, KernelStep, Phase, Place, Share, Step } from "./program.js";

/** A call of a kernel by its name. */
export const kernel = (name: string, ...args: readonly (Count | Place)[]): KernelStep => ({
  kind: "kernel",
  name,
  args,
});

/** What calls kernels of a module of their own, which is loaded only where they are needed. */
export const kernelOf =
  <Kernels>(module: WebAssemblyModule) =>
  (name: keyof Kernels & string, ...args: readonly (Count | Place)[]): KernelStep => ({
    ...kernel(name, ...args),
    module,
  });

/** All steps of a phase, in the order in which they begin. */
export const stepsOf = ({ first, prepare, each, begin, idle, blocks, shared, last, end }: Phase): Step[] => [
  ...[first, prepare, each, begin, idle, blocks, shared, last, end].flat(),
];

/** The steps that are taken with one of a part's blocks, by its number. */
export const stepsAt = (steps: readonly Step[], block: number): readonly Step[] =>
  steps.filter((step) => {
    const turn = "turn" in step ? step.turn : undefined;
    return turn === undefined || turn === (block === 0 ? "first" : "later");
  });

/** The places that a step reads or writes. */
export function placesOf(step: Step): Place[] {
  if (step.kind === "product") return [step.a, step.b, step.y];
  if (step.kind === "stream") return [...step.arrays, step.sum];
  if (step.kind === "kernel") {
    return step.args.filter((arg): arg is Place => typeof arg !== "number" && "at" in arg);
  }
  return [...Object.values(step.inputs), ...Object.values(step.outputs)].map(({ place }) => place);
}

/** Which of the things that are divided are a part's. */
export function shareOf(
  { total, unit, part }: Share,
  index: number,
  parts: number,
): { from: number; count: number } {
  const pieces = Math.ceil(total / unit);
  const start = (number: number): number => Math.min(total, Math.floor((pieces * number) / parts) * unit);
  const [from, end] = [start(index), start(index + 1)];
  if (!part) return { from, count: end - from };
  const first = Math.min(end, from + part.index * part.size);
  return { from: first, count: Math.min(end, first + part.size) - first };
}
