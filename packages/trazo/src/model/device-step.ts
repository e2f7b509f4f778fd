import { toBinary } from "@bufbuild/protobuf";
import { sizeOfImages } from "../data/augmentation/image-size.js";
import { encodeModel } from "../graph/encode.js";
import { isStatic } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import type { Lowering } from "../lowering/lower.js";
import type { Objective } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import {
  forDevice,
  type ResidentRows,
  residentName,
  rowsName,
  type SampledInput,
} from "../onnx/for-device.js";
import { mapFeeds, mostSampledPixels, smoothFillMode } from "../onnx/sample-images.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Device, DeviceFeeds, DeviceSession, DeviceTensor } from "../runtime/device.js";
import type { Feeds } from "../runtime/runtime.js";
import { type Tensor, tensor } from "../tensor.js";
import { type InputTypes, inputName } from "./forward.js";
import { nextOutput, type TargetType } from "./graphs.js";
import { drawNoise, NoiseMemory } from "./noise-memory.js";
import { countSamples, type Samples, type SourceRows, type VariedImages } from "./samples.js";
import { type StepOutputs, stepOutputs } from "./step-graph.js";
import type { TrainingMemory } from "./training-memory.js";
import { feedsOf, type Refuse, readScores, Step, type StepResult, weightFeeds } from "./training-step.js";

/** What a training step on a device is made of. */
export interface DeviceStepParts {
  readonly model: ModelDefinition;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  /** Where weights and optimizer slots are when they are not on the device. */
  readonly memory: TrainingMemory;
  readonly device: Device;
  readonly lowering: Lowering;
  readonly input: InputTypes;
  readonly targets: readonly TargetType[];
  readonly batchSize: number;
}

/** Batches of other sizes than the first and the last of an epoch are rare. */
const mostSessions = 4;

/**
 * A training step whose update is part of the graph: weights and optimizer slots stay on the device from one step to the next, and
 * so do all samples where there is room for them. They are brought back when something else is to look at them (`settle`); the next
 * step takes them from there.
 */
export class DeviceStep extends Step {
  readonly #parts: DeviceStepParts;
  readonly #step: StepOutputs;
  readonly #noise: NoiseMemory;
  readonly #widths: ReadonlyMap<string, number>;
  readonly #sessions = new Map<string, Promise<DeviceSession>>();
  /** Weights and slots, by the graph's names, while they are on the device. */
  #state: Map<string, DeviceTensor> | undefined;
  #samples:
    | { readonly source: Samples; readonly tensors: Readonly<Record<string, DeviceTensor>> }
    | undefined;

  private constructor(parts: DeviceStepParts, step: StepOutputs, noise: NoiseMemory) {
    super();
    this.#parts = parts;
    this.#step = step;
    this.#noise = noise;
    this.#widths = widthsOf(step.outputs);
  }

  static async create(parts: DeviceStepParts): Promise<DeviceStep> {
    const { model, objective, optimizer, input, targets, lowering, batchSize } = parts;
    const step = stepOutputs(model, objective, optimizer, input, targets, lowering);
    return new DeviceStep(parts, step, await NoiseMemory.create(step.noise, batchSize));
  }

  /** Brings weights and optimizer slots back, and forgets them on the device. */
  override async settle(): Promise<void> {
    const { device } = this.#parts;
    const state = this.#state;
    if (!state) return;
    this.#state = undefined;
    const changed = new Set(Object.keys(this.#step.outputs));
    try {
      for (const [name, { data }] of this.#hostState()) {
        if (!changed.has(nextOutput(name))) continue;
        const { data: values } = await device.take(state.get(name) as DeviceTensor);
        data.set(values as Float32Array);
      }
    } finally {
      for (const one of state.values()) one.free();
    }
  }

  override async rest(): Promise<void> {
    await this.settle();
    for (const one of Object.values(this.#samples?.tensors ?? {})) one.free();
    this.#samples = undefined;
  }

  async release(): Promise<void> {
    await this.rest();
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await (await session).release();
  }

  protected override async take(batch: Samples, refuse: Refuse | undefined): Promise<StepResult> {
    const { model, objective, optimizer } = this.#parts;
    const count = countSamples(batch);
    const noise = drawNoise(this.#noise, count, model.seed, optimizer.iterations);
    const resident = await this.#samplesOf(batch);
    const session = await this.#sessionFor(count, resident);
    const state = await this.#stateOnDevice();
    const { kept, brought } = await session.run({
      ...(resident ? { ...resident.tensors, ...rowFeeds(batch) } : feedsOf(batch)),
      ...noise,
      ...this.#scalars(),
      ...Object.fromEntries(state),
    });
    const scores = readScores(brought, objective);
    if (refuse && !Number.isFinite(scores.loss)) {
      for (const one of Object.values(kept)) one.free();
      await this.settle();
      throw await refuse(scores.loss, { ...feedsOf(batch), ...noise, ...weightFeeds(model.variables) });
    }
    for (const [name, before] of state) {
      const next = kept[nextOutput(name)];
      if (!next) continue;
      before.free();
      state.set(name, next);
    }
    optimizer.iterations += 1;
    return scores;
  }

  #scalars(): Feeds {
    const { optimizer } = this.#parts;
    const numbers = optimizer.scalarsAt(optimizer.iterations, optimizer.learningRate);
    return Object.fromEntries(
      Object.entries({ learning_rate: optimizer.learningRate, ...numbers }).map(([name, number]) => [
        name,
        tensor("float32", [], Float32Array.of(number)),
      ]),
    );
  }

  /** Weights and slots where they are when they are not on the device. */
  #hostState(): Map<string, Tensor<"float32">> {
    const { model, memory, optimizer } = this.#parts;
    memory.adoptWeights();
    const slots = memory.slots();
    return new Map([
      ...model.variables.map((variable) => [variable.path, variable.tensor] as const),
      ...model.trainableVariables.flatMap(({ path, shape }, i) =>
        optimizer.slots.map((slot, k) => {
          const data = slots[i]?.[k] as Float32Array;
          return [`${path}/${slot}`, { dtype: "float32", shape, data } as const] as const;
        }),
      ),
    ]);
  }

  async #stateOnDevice(): Promise<Map<string, DeviceTensor>> {
    if (this.#state) return this.#state;
    const state = new Map<string, DeviceTensor>();
    for (const [name, values] of this.#hostState()) state.set(name, await this.#parts.device.put(values));
    this.#state = state;
    return state;
  }

  /** All samples on the device, where the batch is of such, and there is room. */
  async #samplesOf({ rows, varied }: Samples): Promise<Resident | undefined> {
    const { device, batchSize } = this.#parts;
    if (!rows) return undefined;
    const { source } = rows;
    const feeds = feedsOf(source);
    const sampled = varied && sampledInput(varied);
    if (varied && !(sampled && batchSize * sampled.size.height * sampled.size.width < mostSampledPixels))
      return undefined;
    if (Object.values(feeds).some(({ data }) => data.byteLength > device.mostBytes)) return undefined;
    if (this.#samples?.source !== source) {
      for (const one of Object.values(this.#samples?.tensors ?? {})) one.free();
      const tensors: Record<string, DeviceTensor> = {};
      for (const [name, values] of Object.entries(feeds)) {
        tensors[residentName(name)] = await device.put(values);
      }
      this.#samples = { source, tensors };
    }
    return {
      tensors: this.#samples.tensors,
      rows: {
        names: new Set(Object.keys(feeds)),
        count: countSamples(source),
        sampled,
      },
    };
  }

  async #sessionFor(size: number, resident: Resident | undefined): Promise<DeviceSession> {
    const { count = "a batch", sampled } = resident?.rows ?? {};
    const key = `${size} of ${count} ${JSON.stringify(sampled ?? null)}`;
    const known = this.#sessions.get(key);
    if (known) return await known;
    for (const [old, session] of this.#sessions) {
      if (this.#sessions.size < mostSessions) break;
      this.#sessions.delete(old);
      await (await session).release();
    }
    const { device, model } = this.#parts;
    const { outputs } = this.#step;
    const graph = encodeModel(outputs, { name: `${model.name}_step` });
    const made = forDevice(graph, {
      size,
      resident: resident?.rows,
      widthOf: (value) => this.#widths.get(value),
    });
    const kept = new Set(Object.keys(outputs).filter((name) => name.startsWith(nextOutput(""))));
    const session = device.load(toBinary(onnxSchemas().Model, made), kept);
    this.#sessions.set(key, session);
    session.catch(() => this.#sessions.delete(key));
    return await session;
  }
}

interface Resident {
  readonly tensors: DeviceFeeds;
  readonly rows: ResidentRows;
}

/** What says which samples a batch has, and how its images are made of them. */
function rowFeeds({ rows, varied }: Samples): Feeds {
  const { indices } = rows as SourceRows;
  return {
    [rowsName]: { dtype: "int32", shape: [indices.length], data: indices },
    ...(varied && mapFeeds(varied.draw().maps())),
  };
}

/** How a graph varies images; undefined where it cannot. */
function sampledInput(varied: VariedImages): SampledInput | undefined {
  const { recipe, source } = varied;
  const { dtype, divisor = 1 } = source;
  const fillMode = smoothFillMode(recipe);
  return fillMode && { name: inputName, dtype, divisor, fillMode, size: sizeOfImages(source) };
}

/** The lengths of values' last axes, where they are known, by the names that the graph's file has for them. */
export function widthsOf(outputs: Readonly<Record<string, Value>>): Map<string, number> {
  const [first] = Object.values(outputs);
  const widths = new Map<string, number>();
  const add = (name: string, { shape }: Value): void => {
    const width = shape.at(-1);
    if (width !== undefined && isStatic(width)) widths.set(name, width);
  };
  for (const value of first?.graph.inputs ?? []) add(value.name, value);
  for (const node of first?.graph.nodes ?? []) for (const value of node.outputs) add(value.name, value);
  for (const [name, value] of Object.entries(outputs)) add(name, value);
  return widths;
}
