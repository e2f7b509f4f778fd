import { FlatMemory } from "../kernels/flat-memory.js";
import type { Device } from "../runtime/device.js";
import type { PlanSupport, Runtime } from "../runtime/runtime.js";
import { tensor } from "../tensor.js";
import { productModel } from "./product-model.js";

const size = 1024;
const runs = 3;

/** What a GPU has to gain with large products: its small steps cost more than the processor's. */
const leastGain = 2;

/**
 * Whether a GPU multiplies matrices clearly faster than the processor.
 *
 * @param processor milliseconds of a product there
 */
export const isFaster = async (gpu: Device, processor: number): Promise<boolean> =>
  (await deviceProductTime(gpu, processor)) * leastGain < processor;

const onesOfMatrix = () => tensor("float32", [size, size], new Float32Array(size * size).fill(1));

const product = () =>
  productModel({ stacked: false, transposeA: false, transposeB: false, accumulate: false });

/**
 * Milliseconds of the best of some products of large matrices that are on a device, as they are in training.
 *
 * @param limit from where on one is enough: a GPU in software may take seconds for each
 */
async function deviceProductTime(device: Device, limit: number): Promise<number> {
  const session = await device.load(product(), new Set(["y"]));
  const given = await device.put(onesOfMatrix());
  try {
    return await best(async () => {
      const { kept } = await session.run({ a: given, b: given });
      // To have it there takes as long as it takes to compute it.
      if (kept.y) await device.take(kept.y);
      kept.y?.free();
    }, limit);
  } finally {
    given.free();
    await session.release();
  }
}

/** The same of a runtime's graphs. */
export async function graphProductTime({ load }: Runtime): Promise<number> {
  const matrix = onesOfMatrix();
  const session = await load(product());
  return await best(() => session.run({ a: matrix, b: matrix })).finally(() => session.release());
}

/** The same of a plan's own products, whose threads divide them among themselves. */
export async function planProductTime({ blas, scratchBytes, crew }: PlanSupport): Promise<number> {
  const memory = new FlatMemory();
  const room = (bytes: number): number => {
    const { top } = memory;
    memory.take(top + bytes);
    return top;
  };
  const scratch = room(scratchBytes);
  const bytes = 4 * size * size;
  const [a, b, y] = [room(bytes), room(bytes), room(bytes)] as const;
  const products = blas(memory.memory, scratch);
  const shape = { count: 0, transposeA: false, transposeB: false, accumulate: false };
  const prepared = products.product({ ...shape, m: size, n: size, k: size });
  const run = prepared.bind(a, b, y);
  const time = await best(async () => run());
  prepared.release();
  products.release();
  return time / (crew?.threads ?? 1);
}

/**
 * The first run prepares what the others use.
 *
 * @param limit there are no more after one that took so long
 */
async function best(run: () => Promise<unknown>, limit = Number.POSITIVE_INFINITY): Promise<number> {
  await run();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs && (i === 0 || least < limit); i++) {
    const began = performance.now();
    await run();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}
