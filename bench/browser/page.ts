import { webRuntime } from "../../packages/trazo/src/web/index.js";
import { contender as jax } from "../peers/browser/jax.js";
import { contender as tfjs } from "../peers/browser/tfjs.js";
import type { Contender, Task } from "./contender.js";
import { ortWeb } from "./ort-web.js";
import { trazo } from "./trazo.js";

/** What takes part, by name. */
const entrants: Readonly<Record<string, (task: Task) => Promise<Contender> | Contender>> = {
  "Trazo, 1 thread": (task) => trazo(task, webRuntime({ threads: 1 })),
  "Trazo, 2 threads": (task) => trazo(task, webRuntime({ threads: 2 })),
  "ONNX Runtime Web, plain graph, 2 threads": (task) => ortWeb(task, 2),
  "jax-js wasm": (task) => jax(task, "wasm"),
  "TensorFlow.js webgl": (task) => tfjs(task, "webgl"),
  "TensorFlow.js cpu": (task) => tfjs(task, "cpu"),
};

export interface PageResult {
  /** Milliseconds of a step, one for each turn; or why there are none. */
  readonly times: Readonly<Record<string, readonly number[] | string>>;
  /** After the first step. */
  readonly losses: Readonly<Record<string, number>>;
}

/** Who takes longer, in milliseconds, for the first step takes one turn only. */
const slow = 10_000;

/** Takes turns, each of about so many milliseconds or one step. */
async function measure(task: Task, turns: number, milliseconds: number): Promise<PageResult> {
  const times: Record<string, number[] | string> = {};
  const losses: Record<string, number> = {};
  const ready: { name: string; contender: Contender; count: number; isSlow: boolean }[] = [];
  for (const [name, make] of Object.entries(entrants)) {
    try {
      const contender = await make(task);
      const before = performance.now();
      losses[name] = await contender.steps(1);
      const isSlow = performance.now() - before > slow;
      if (!isSlow) await contender.steps(1);
      const start = performance.now();
      await contender.steps(1);
      const count = Math.max(1, Math.round(milliseconds / (performance.now() - start)));
      ready.push({ name, contender, count, isSlow });
      times[name] = [];
    } catch (error) {
      times[name] = String((error as Error).message ?? error).split("\n")[0] as string;
    }
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const { name, contender, count, isSlow } of ready) {
      if (isSlow && turn > 0) continue;
      const start = performance.now();
      await contender.steps(count);
      (times[name] as number[]).push((performance.now() - start) / count);
    }
  }
  return { times, losses };
}

/** Has one of them take some steps, alone in the page. */
async function alone(task: Task, name: string, steps: number): Promise<void> {
  const contender = await entrants[name]?.(task);
  await contender?.steps(steps);
}

Object.assign(globalThis, { ready: true, measure, alone, names: Object.keys(entrants) });
