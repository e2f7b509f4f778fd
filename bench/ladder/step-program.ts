import { setFlagsFromString } from "node:v8";
import { nodeRuntime, optimizers } from "trazo";
import type { Graph } from "../../packages/trazo/src/graph/graph.js";
import { batch as anyBatch, isStatic } from "../../packages/trazo/src/graph/shape.js";
import { FlatMemory } from "../../packages/trazo/src/kernels/flat-memory.js";
import { hasRelaxedSimd, productScratchBytes } from "../../packages/trazo/src/kernels/products.js";
import { lossFrom } from "../../packages/trazo/src/losses/registry.js";
import { lowerings } from "../../packages/trazo/src/lowering/registry.js";
import { gradientOutput, trainComputation } from "../../packages/trazo/src/model/graphs.js";
import { updatesIn } from "../../packages/trazo/src/model/take-step.js";
import { TrainingMemory } from "../../packages/trazo/src/model/training-memory.js";
import { namedObjective } from "../../packages/trazo/src/network/objective.js";
import { compilePlan } from "../../packages/trazo/src/plan/compile.js";
import { operatorsFor } from "../../packages/trazo/src/plan/operators-for.js";
import type { Moment } from "../../packages/trazo/src/plan/program/moment.js";
import type { Program } from "../../packages/trazo/src/plan/program/program.js";
import { randomStream } from "../../packages/trazo/src/random/derive.js";
import { arrays, type Tensor } from "../../packages/trazo/src/tensor.js";
import { webRuntime } from "../../packages/trazo/src/web/runtime/web-runtime.js";
import { namedEntry } from "../command.js";
import { buildNetwork } from "./build.js";
import { ladderNetworks, type NetworkSpec } from "./network.js";
import type { ScratchOfPage } from "./timed-machine.js";

type Given = Readonly<Record<"network" | "batch" | "threads" | "steps", string> & { page: boolean }>;

/** A rung, and how its steps are taken, as a command line says it. */
export function rungOf({ network, batch, threads, steps, page }: Given) {
  const spec = namedEntry(ladderNetworks, "network", network);
  // Node 20 has what the products of pages need behind a flag.
  if (page && !hasRelaxedSimd()) setFlagsFromString("--experimental-wasm-relaxed-simd");
  return { spec, rows: Number(batch), threads: Number(threads), steps: Number(steps), page };
}

/** How a rung's step is planned. */
export interface StepSettings {
  readonly rows: number;
  readonly threads: number;
  /** Whether it is planned for a page, and run with its products. */
  readonly page: boolean;
  /** Bytes of a block. Default: what the runtime takes. */
  readonly cache?: number | undefined;
}

/** A rung's training step with Adam as a program, in a memory where its inputs lie. */
export interface StepProgram {
  readonly program: Program;
  readonly memory: FlatMemory;
  readonly moment: Moment;
  readonly scratch: ScratchOfPage;
}

export async function stepProgram(
  spec: NetworkSpec,
  { rows, threads, page, cache }: StepSettings,
): Promise<StepProgram> {
  const runtime = page ? webRuntime({ threads: 1 }) : await nodeRuntime({ threads: 1 });
  const model = buildNetwork(spec, runtime);
  const computation = trainComputation(
    model.definition,
    namedObjective(["output"], [{ loss: lossFrom("categoricalCrossentropy"), lossWeight: 1, metrics: [] }]),
    [{ dtype: "float32", divisor: 1 }],
    [{ dtype: "float32", shape: [anyBatch, spec.classes] }],
  );
  const memory = new FlatMemory();
  const scratch = page ? memory.top : undefined;
  if (page) memory.take(memory.top + threads * productScratchBytes);
  const optimizer = optimizers.adam();
  const { trainableVariables } = model.definition;
  const training = await TrainingMemory.create(model.definition, optimizer, [], memory);
  const gradients = training.gradients();
  const addresses = new Map(
    trainableVariables.flatMap((variable, i) => [
      [variable.path, variable.data.byteOffset] as const,
      [gradientOutput(variable), gradients[i]?.data.byteOffset ?? 0] as const,
    ]),
  );
  const program = compilePlan({
    ...computation,
    updates: updatesIn(optimizer, training, trainableVariables),
    batch: rows,
    threads,
    lowering: lowerings.tiledGemm,
    operators: await operatorsFor(computation, { choice: "whenFaster", ...runtime.plan }),
    base: memory.top,
    cache: cache ?? runtime.plan?.cache ?? 0,
    resident: (name) => addresses.get(name),
  });
  memory.take(program.end);
  const feeds = randomFeeds(computation.graph, rows);
  for (const { name, place } of program.inputs) memory.write(place.at, (feeds[name] as Tensor).data);
  for (const { place, data } of program.constants) memory.write(place.at, data);
  await model.dispose();
  // As most steps are: every eighth guards the slots, too.
  optimizer.iterations = 1;
  const scalars = optimizer.passNumbers?.(optimizer.scalarsAt(0, 1e-6)) ?? [];
  return { program, memory, moment: { requiresFinite: false, scalars }, scratch };
}

function randomFeeds({ inputs }: Graph, rows: number): Record<string, Tensor> {
  const random = randomStream(1, "profile");
  const made: Record<string, Tensor> = {};
  for (const { name, dtype, shape } of inputs) {
    const size = shape.map((dim) => (isStatic(dim) ? dim : dim.factor * rows));
    const length = size.reduce((product, dim) => product * dim, 1);
    const data = new arrays[dtype](length);
    for (let i = 0; i < length; i++) data[i] = 0.1 * (random.nextUint32() / 2 ** 32);
    made[name] = { dtype, shape: size, data } as Tensor;
  }
  return made;
}
