import type { SharedWebAssemblyMemory } from "../../packages/trazo/src/kernels/webassembly.js";
import { Executor, type Others } from "../../packages/trazo/src/plan/execute.js";
import type { Moment } from "../../packages/trazo/src/plan/program/moment.js";
import type { Program } from "../../packages/trazo/src/plan/program/program.js";
import { type ScratchOfPage, type Timers, timedMachine } from "./timed-machine.js";

/** What a thread did, and from when to when, in milliseconds of a clock that all threads share. */
export interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const now = (): number => performance.timeOrigin + performance.now();

/** A thread's part of a program, each of whose calls is timed. */
export function timedPart(
  program: Program,
  rows: number,
  memory: SharedWebAssemblyMemory,
  thread: number,
  scratch: ScratchOfPage,
  others: Others | undefined,
): { run(moment: Moment): Span[]; release(): void } {
  let spans: Span[] = [];
  const timed: Timers["timed"] =
    (name, call) =>
    (...args) => {
      const start = now();
      const result = call(...args);
      spans.push({ name, start, end: now() });
      return result;
    };
  const machine = timedMachine(memory, thread, scratch, { timed });
  const met = others && {
    meet: timed("meet", () => others.meet()),
    take: (of: number) => others.take(of),
  };
  const executor = new Executor({ ...machine, ...(met && { others: met }) }, program);
  const prepared = executor.prepare(rows);
  return {
    run(moment) {
      spans = [];
      prepared.run(moment);
      return spans;
    },
    release() {
      executor.release();
      machine.blas.release();
    },
  };
}
