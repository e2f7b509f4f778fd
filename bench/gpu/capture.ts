import { nodeRuntime, type Runtime } from "../../packages/trazo/src/index.js";
import type { DeviceFeeds } from "../../packages/trazo/src/runtime/device.js";
import type { Feeds } from "../../packages/trazo/src/runtime/runtime.js";
import type { Tensor } from "../../packages/trazo/src/tensor.js";

/** A graph as it runs on a device, and what it is fed. */
export interface StepModel {
  readonly name: string;
  readonly model: Uint8Array;
  readonly feeds: Feeds;
}

const processor = nodeRuntime({ threads: 1, engine: "graph" });

/**
 * The training step that a model takes on a device, from a device that only keeps what it is given; undefined where it takes its steps
 * on the processor.
 *
 * @param train makes a model with the runtime and has it take a step
 * @param lowering the device's. Default: WebGPU's
 */
export async function captureStep(
  name: string,
  train: (runtime: Runtime) => Promise<unknown>,
  lowering: Runtime["lowering"] = "withoutIndices",
): Promise<StepModel | undefined> {
  let taken: { readonly model: Uint8Array; readonly feeds: DeviceFeeds } | undefined;
  const kept = new Map<object, Tensor>();
  const runtime: Runtime = {
    ...(await processor),
    lowering,
    device: {
      mostBytes: 2 ** 27,
      load: async (model) => ({
        async run(feeds) {
          taken = { model, feeds };
          throw new Error("That is all that was wanted.");
        },
        release: async () => {},
      }),
      async put(tensor) {
        const there = { isOnDevice: true, free() {} } as const;
        kept.set(there, { ...tensor, data: tensor.data.slice() } as Tensor);
        return there;
      },
      take: async (there) => kept.get(there) as Tensor,
    },
  };
  await train(runtime).catch((error: Error) => {
    if (!taken) throw new Error(`${name}: ${error.message}`, { cause: error });
  });
  if (!taken) return undefined;
  const { model, feeds } = taken;
  const given = Object.entries(feeds).map(([key, one]) => [key, "isOnDevice" in one ? kept.get(one) : one]);
  return { name, model, feeds: Object.fromEntries(given) as Feeds };
}
