/** The second and further threads of timeline.ts. */
import { parentPort, workerData } from "node:worker_threads";
import type { SharedWebAssemblyMemory } from "../../packages/trazo/src/kernels/webassembly.js";
import { Control } from "../../packages/trazo/src/plan/crew/control.js";
import type { Moment } from "../../packages/trazo/src/plan/program/moment.js";
import type { Program } from "../../packages/trazo/src/plan/program/program.js";
import type { ScratchOfPage } from "./timed-machine.js";
import { type Span, timedPart } from "./timeline-part.js";

export interface ThreadData {
  readonly program: Program;
  readonly moment: Moment;
  readonly rows: number;
  readonly memory: SharedWebAssemblyMemory;
  readonly thread: number;
  readonly scratch: ScratchOfPage;
  readonly control: SharedArrayBuffer;
  readonly steps: number;
}

const { program, moment, rows, memory, thread, scratch, control: shared, steps } = workerData as ThreadData;
const control = new Control(program.threads, shared);
const part = timedPart(program, rows, memory, thread, scratch, control);
parentPort?.postMessage("ready");
const all: Span[][] = [];
for (let i = 0; i < steps; i++) {
  control.meet();
  all.push(part.run(moment));
}
parentPort?.postMessage(all);
part.release();
