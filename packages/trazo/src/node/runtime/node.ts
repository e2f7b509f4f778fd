import { availableParallelism } from "node:os";
import { inWords, TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import type { PlanChoice, PlanSupport, Runtime } from "../../runtime/runtime.js";
import type { Library } from "./library.js";
import type { Engine, NodeRuntimeOptions } from "./node-options.js";
import { keepNoRecords } from "./telemetry.js";
import { requireThreadRoom } from "./thread-room.js";

const nodeRuntimeOptions = {
  threads: true,
  lowering: true,
  background: true,
  binding: true,
  engine: true,
  device: true,
} as const;

/** Loaded when used: a platform may have only one of them. */
const bindings = {
  native: async (background: boolean) => (await import("./native-session.js")).loadNative(background),
  addon: async (background: boolean) => {
    if (background) throw new TrazoError("it cannot compute in the background");
    return (await import("./addon-session.js")).loadAddon();
  },
};

/**
 * ONNX Runtime in Node: its CPU provider, or with `device` one for GPUs.
 *
 * @throws TrazoError when the number of threads is none, ONNX Runtime cannot be loaded on this platform, or the device is not there
 * @example
 * ```ts
 * const runtime = nodeRuntime({ threads: 4 });
 * const small = sequential([layers.dense({ units: 1, inputShape: [3] })], { runtime });
 * ```
 */
export async function nodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  requireKnownOptions(options, nodeRuntimeOptions, "nodeRuntime");
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new TrazoError(`threads must be an integer from 1 to 256, but got ${options.threads}.`);
  }
  keepNoRecords();
  const { device = "cpu" } = options;
  if (device !== "cpu") {
    const found = await (await import("./device-runtime.js")).deviceRuntime(device, options, () =>
      nodeRuntime({ ...options, device: "cpu" }),
    );
    if (found) return found;
  }
  const names = options.binding ? [options.binding] : (["native", "addon"] as const);
  const { library, notes } = await firstOf(names, options.background ?? false);
  return {
    name: `${library.name} cpu, ${threads} ${threads === 1 ? "thread" : "threads"}`,
    library: library.name,
    threads,
    lowering: options.lowering ?? "tiledGemm",
    notes,
    plan: planOf(options.engine ?? "auto", library, threads),
    load: async (model) => {
      requireThreadRoom(threads);
      return await library.load(model, threads);
    },
  };
}

const planChoices: Readonly<Record<Engine, PlanChoice | undefined>> = {
  auto: "whenFaster",
  graph: undefined,
  plan: "always",
};

/** @throws TrazoError when there are to be plans and the binding has none */
function planOf(engine: Engine, { name, plan }: Library, threads: number): PlanSupport | undefined {
  if (!Object.hasOwn(planChoices, engine)) {
    throw new TrazoError(`engine must be "auto", "graph" or "plan", but got ${inWords(engine)}.`);
  }
  const choice = planChoices[engine];
  if (plan) return choice && plan(threads, choice);
  if (engine !== "plan") return undefined;
  throw new TrazoError(
    `engine "plan" needs the native binding of ONNX Runtime, but ${name} is called in another way. ` +
      'Leave engine out, or set it to "graph".',
  );
}

interface Choice {
  readonly library: Library;
  /** Why those before it were not taken. */
  readonly notes: readonly string[];
}

async function firstOf(names: readonly (keyof typeof bindings)[], background: boolean): Promise<Choice> {
  const reasons: string[] = [];
  for (const name of names) {
    try {
      const library = await bindings[name](background);
      return {
        library,
        notes: reasons.map((reason) => `ONNX Runtime is called in a slower way, because ${reason}.`),
      };
    } catch (error) {
      reasons.push(`its ${name} binding failed: ${(error as Error).message}`);
    }
  }
  throw new TrazoError(
    `ONNX Runtime could not be loaded on ${process.platform}-${process.arch} (${reasons.join("; ")}).`,
  );
}
