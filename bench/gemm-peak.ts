/**
 * The rate that matrix products reach on this machine through ONNX Runtime: the floor that training steps are held
 * against. `npx tsx bench/gemm-peak.ts` prints it for one thread and for all.
 */
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { type Summary, summarize } from "./stats.js";

export interface GemmPeak {
  readonly threads: number;
  readonly size: number;
  /** Median and best rate over the runs, in 10^9 floating-point operations a second. */
  readonly gflops: number;
  readonly bestGflops: number;
}

export interface GemmPeakOptions {
  /** Side of the square matrices. Default 2048: large enough for the peak, small enough for the cache's blocking. */
  readonly size?: number;
  /** Products in a row in one run. Default 4: it makes the cost of the call itself negligible. */
  readonly chain?: number;
  /** Default 8, after one that is not counted. */
  readonly runs?: number;
}

/** Measures float32 Gemm with both operands fed, as in training (constant operands would be packed beforehand). */
export async function gemmPeak(threads: number, options: GemmPeakOptions = {}): Promise<GemmPeak> {
  const { size = 2048, chain = 4, runs = 8 } = options;
  const session = await InferenceSession.create(chainOfGemms(size, chain), {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { force_spinning_stop: "1" } },
  });
  const feeds = { a: randomMatrix(size), b: randomMatrix(size) };
  const durations: number[] = [];
  for (let i = 0; i <= runs; i++) {
    const start = performance.now();
    await session.run(feeds);
    if (i > 0) durations.push(performance.now() - start);
  }
  await session.release();
  const { median, min }: Summary = summarize(durations);
  const gflop = (2 * size ** 3 * chain) / 1e9;
  return { threads, size, gflops: (gflop / median) * 1e3, bestGflops: (gflop / min) * 1e3 };
}

/** a b b b ..., then the largest value: fetching the product itself would cost a copy of 16 MB. */
function chainOfGemms(size: number, chain: number): Uint8Array {
  const products = Array.from({ length: chain }, (_, i) =>
    create(NodeProtoSchema, { opType: "Gemm", input: [i === 0 ? "a" : `p${i - 1}`, "b"], output: [`p${i}`] }),
  );
  const largest = create(NodeProtoSchema, {
    opType: "ReduceMax",
    input: [`p${chain - 1}`],
    output: ["largest"],
  });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: 17n }],
    graph: create(GraphProtoSchema, {
      name: "gemm-peak",
      node: [...products, largest],
      input: [float32Value("a", [size, size]), float32Value("b", [size, size])],
      output: [float32Value("largest", [1, 1])],
    }),
  });
  return toBinary(ModelProtoSchema, model);
}

function float32Value(name: string, shape: readonly number[]): ValueInfoProto {
  const dim = shape.map((side) =>
    create(TensorShapeProto_DimensionSchema, { value: { case: "dimValue", value: BigInt(side) } }),
  );
  const tensorType = create(TypeProto_TensorSchema, {
    elemType: 1,
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: "tensorType", value: tensorType } }),
  });
}

/** Scaled so that products of any number of them neither overflow nor fall into denormals. */
function randomMatrix(size: number): Tensor {
  const scale = Math.sqrt(12 / size);
  return new Tensor(
    "float32",
    Float32Array.from({ length: size * size }, () => (Math.random() - 0.5) * scale),
    [size, size],
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const threads of new Set([1, availableParallelism()])) {
    const { gflops, bestGflops, size } = await gemmPeak(threads);
    console.log(
      `${size}x${size} Gemm, ${threads} ${threads === 1 ? "thread" : "threads"}: ` +
        `median ${gflops.toFixed(0)} GFLOP/s, best ${bestGflops.toFixed(0)}`,
    );
  }
}
