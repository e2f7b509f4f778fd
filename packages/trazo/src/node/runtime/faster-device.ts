import { productModel } from "../../onnx/product-model.js";
import type { Runtime } from "../../runtime/runtime.js";
import { tensor } from "../../tensor.js";

const size = 1024;
const runs = 3;

/** What a GPU has to gain with large products: its small steps cost more than the processor's. */
const leastGain = 2;

/** Whether a GPU multiplies matrices clearly faster than the processor. */
export async function faster(gpu: Runtime, processor: Runtime): Promise<boolean> {
  return (await productTime(gpu)) * leastGain < (await productTime(processor));
}

/** Milliseconds of the best of some products of large matrices, from where they are in training. */
async function productTime({ load, device }: Runtime): Promise<number> {
  const model = productModel({ stacked: false, transposeA: false, transposeB: false, accumulate: false });
  const matrix = tensor("float32", [size, size], new Float32Array(size * size).fill(1));
  if (!device) {
    const session = await load(model);
    return await best(() => session.run({ a: matrix, b: matrix })).finally(() => session.release());
  }
  const session = await device.load(model, new Set(["y"]));
  const given = await device.put(matrix);
  const one = async (): Promise<void> => {
    const { kept } = await session.run({ a: given, b: given });
    // To have it there takes as long as it takes to compute it.
    if (kept.y) await device.take(kept.y);
    kept.y?.free();
  };
  return await best(one).finally(() => session.release());
}

/** The first run prepares what the others use. */
async function best(run: () => Promise<unknown>): Promise<number> {
  await run();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const began = performance.now();
    await run();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}
