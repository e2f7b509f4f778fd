import * as ort from "onnxruntime-web/webgpu";
import { webRuntime } from "../../packages/trazo/src/web/index.js";
import { contender as jax } from "../peers/browser/jax.js";
import { contender as tfjs } from "../peers/browser/tfjs.js";
import type { Contender, Task } from "./contender.js";
import { ortWeb } from "./ort-web.js";
import { trazo } from "./trazo.js";
import { type Times, Turns } from "./turns.js";

ort.env.wasm.wasmPaths = "/ort/";
ort.env.wasm.numThreads = 1;

type Make = (task: Task) => Promise<Contender> | Contender;

/** What takes part, by name. */
const entrants: Readonly<Record<string, Make>> = {
  "Trazo, 1 thread": (task) => trazo(task, webRuntime({ threads: 1 })),
  "Trazo, 2 threads": (task) => trazo(task, webRuntime({ threads: 2 })),
  "Trazo WebGPU": (task) => trazo(task, webRuntime({ device: "webgpu", ort })),
  "ONNX Runtime Web, plain graph, 1 thread": (task) => ortWeb(task, 1),
  "ONNX Runtime Web, plain graph, 2 threads": (task) => ortWeb(task, 2),
  "jax-js wasm": (task) => jax(task, "wasm"),
  "jax-js webgpu": (task) => jax(task, "webgpu"),
  "TensorFlow.js cpu": (task) => tfjs(task, "cpu"),
  "TensorFlow.js webgl": (task) => tfjs(task, "webgl"),
  "TensorFlow.js webgpu": (task) => tfjs(task, "webgpu"),
};

/** What a page has found so far. */
export interface PageResult {
  readonly times: Times;
  readonly losses: Readonly<Record<string, number>>;
}

const turns = new Turns();

const enter = (task: Task, name: string, milliseconds: number): Promise<void> =>
  turns.enter(name, entrants[name] as Make, task, milliseconds);

async function takeTurn(): Promise<PageResult> {
  await turns.take();
  const { times, losses } = turns;
  return { times, losses };
}

/** Has one of them take some steps, alone in the page. */
async function alone(task: Task, name: string, steps: number): Promise<void> {
  const contender = await entrants[name]?.(task);
  await contender?.steps(steps);
}

Object.assign(globalThis, { ready: true, enter, takeTurn, alone, names: Object.keys(entrants) });
