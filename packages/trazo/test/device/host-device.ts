import type { Device, DeviceFeeds, DeviceTensor } from "../../src/runtime/device.js";
import type { Runtime } from "../../src/runtime/runtime.js";
import type { Tensor } from "../../src/tensor.js";

class Held implements DeviceTensor {
  readonly isOnDevice = true;
  readonly #counts: DeviceCounts;
  #tensor: Tensor | undefined;

  constructor(tensor: Tensor, counts: DeviceCounts) {
    this.#tensor = { ...tensor, data: tensor.data.slice() } as Tensor;
    this.#counts = counts;
    counts.held++;
  }

  get tensor(): Tensor {
    if (!this.#tensor) throw new Error("A tensor was used after it had been freed.");
    return this.#tensor;
  }

  free(): void {
    if (this.#tensor) this.#counts.held--;
    this.#tensor = undefined;
  }
}

/** What happened on a device. */
export interface DeviceCounts {
  put: number;
  taken: number;
  runs: number;
  loaded: number;
  /** Tensors that are there. */
  held: number;
}

/** A device that is the processor: what is on it can be reached by its means only, and nothing that was freed. */
export function hostDevice(runtime: Runtime): { readonly runtime: Runtime; readonly counts: DeviceCounts } {
  const counts: DeviceCounts = { put: 0, taken: 0, runs: 0, loaded: 0, held: 0 };
  const device: Device = {
    mostBytes: 2 ** 20,
    async load(model, kept) {
      counts.loaded++;
      const session = await runtime.load(model);
      return {
        async run(feeds: DeviceFeeds) {
          counts.runs++;
          const given = Object.fromEntries(
            Object.entries(feeds).map(([name, one]) => [
              name,
              one instanceof Held ? one.tensor : (one as Tensor),
            ]),
          );
          const results = Object.entries(await session.run(given));
          return {
            kept: Object.fromEntries(
              results.filter(([name]) => kept.has(name)).map(([name, one]) => [name, new Held(one, counts)]),
            ),
            brought: Object.fromEntries(results.filter(([name]) => !kept.has(name))),
          };
        },
        release: () => session.release(),
      };
    },
    async put(tensor) {
      counts.put++;
      return new Held(tensor, counts);
    },
    async take(tensor) {
      counts.taken++;
      return (tensor as Held).tensor;
    },
  };
  return { runtime: { ...runtime, plan: undefined, device }, counts };
}
