import { compiledPlanKernels } from "../../packages/trazo/src/kernels/compiled-plan-kernels.js";
import { planKernels } from "../../packages/trazo/src/kernels/plan-kernels.js";
import { productScratchBytes } from "../../packages/trazo/src/kernels/products.js";
import type { SharedWebAssemblyMemory } from "../../packages/trazo/src/kernels/webassembly.js";
import { loadOrtApi } from "../../packages/trazo/src/node/runtime/ort-api.js";
import { OrtBlas } from "../../packages/trazo/src/node/runtime/ort-blas.js";
import { productModel } from "../../packages/trazo/src/onnx/product-model.js";
import { channelStatistics } from "../../packages/trazo/src/plan/channel-statistics.js";
import { kernelBinder, streamBinder } from "../../packages/trazo/src/plan/crew/share.js";
import type { Machine } from "../../packages/trazo/src/plan/execute.js";
import type { Blas, Call } from "../../packages/trazo/src/plan/program/blas.js";
import type { ProductShape } from "../../packages/trazo/src/plan/program/program.js";
import { WasmBlas } from "../../packages/trazo/src/plan/wasm-blas.js";

type Kernel = (...args: number[]) => void;

/** Puts calls that are timed in place of others. */
export interface Timers {
  timed<A extends unknown[], R>(name: string, call: (...args: A) => R): (...args: A) => R;
  kernel?(name: string, call: Kernel): Kernel;
  product?(shape: ProductShape, call: Call): Call;
}

const scratchOfStreams = 256;

/** Whose products a program is run with. Undefined: Node's, ONNX Runtime's; else those of pages, with memory that they may write over from this address on. */
export type ScratchOfPage = number | undefined;

/** What a thread runs a program with, each of its calls timed. */
export function timedMachine(
  memory: SharedWebAssemblyMemory,
  thread: number,
  scratch: ScratchOfPage,
  {
    timed,
    kernel = timed,
    product: timedProduct = (shape, call) => timed(`product ${formsOf(shape)} ${sizesOf(shape)}`, call),
  }: Timers,
): Machine {
  const buffer = () => memory.buffer;
  const blas: Blas =
    scratch === undefined
      ? new OrtBlas(loadOrtApi(), buffer, productModel)
      : new WasmBlas(memory, scratch + thread * productScratchBytes);
  const table = { ...planKernels(compiledPlanKernels, memory), ...channelStatistics(buffer) };
  const bindStream = streamBinder(memory, scratchOfStreams * thread);
  const kernelsOf = kernelBinder(memory);
  const timedTable = (kernels: object): Machine["kernels"] =>
    Object.fromEntries(Object.entries(kernels).map(([name, call]) => [name, kernel(name, call as Kernel)]));
  return {
    buffer,
    kernels: timedTable(table),
    kernelsOf: (module) => timedTable(kernelsOf(module)),
    blas: {
      product(shape) {
        const { bind, release } = blas.product(shape);
        return { bind: (a, b, y) => timedProduct(shape, bind(a, b, y)), release };
      },
      graph(bytes) {
        const graph = blas.graph(bytes);
        return {
          bind: (inputs, outputs) => timed("island", graph.bind(inputs, outputs)),
          release: () => graph.release(),
        };
      },
      release: () => blas.release(),
    },
    streams: (module) => timed("update", bindStream(module)),
    thread,
  };
}

/** Whether the matrices of a product are transposed (T) or not (N). */
export const formsOf = ({ transposeA, transposeB }: ProductShape): string =>
  `${transposeA ? "T" : "N"}${transposeB ? "T" : "N"}`;

export const sizesOf = ({ m, n, k, count }: ProductShape): string =>
  `${count > 0 ? `${count} x ` : ""}[${m} x ${k} x ${n}]`;
