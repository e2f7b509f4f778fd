import type { FlatMemory } from "../../packages/trazo/src/kernels/flat-memory.js";
import { compilePlanKernels, planKernels } from "../../packages/trazo/src/kernels/plan-kernels.js";
import { loadOrtApi } from "../../packages/trazo/src/node/runtime/ort-api.js";
import { OrtBlas } from "../../packages/trazo/src/node/runtime/ort-blas.js";
import { productModel } from "../../packages/trazo/src/onnx/product-model.js";
import { channelStatistics } from "../../packages/trazo/src/plan/channel-statistics.js";
import { streamBinder } from "../../packages/trazo/src/plan/crew/share.js";
import { Executor, type KernelTable, type Machine } from "../../packages/trazo/src/plan/execute.js";
import type { Blas } from "../../packages/trazo/src/plan/program/blas.js";
import type { Moment } from "../../packages/trazo/src/plan/program/moment.js";
import type { ProductShape, Program } from "../../packages/trazo/src/plan/program/program.js";

/** What a thread did, and from when to when, in milliseconds of a clock that all threads share. */
export interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What of a memory a thread has to know. */
export type ThreadMemory = Pick<FlatMemory, "memory">;

const scratchOfStreams = 256;

const now = (): number => performance.timeOrigin + performance.now();

/** A thread's part of a program, each of whose calls is timed. */
export function timedPart(
  program: Program,
  rows: number,
  { memory }: ThreadMemory,
  thread: number,
  meet: (() => void) | undefined,
): { run(moment: Moment): Span[]; release(): void } {
  let spans: Span[] = [];
  const timed =
    <A extends unknown[]>(name: string, call: (...args: A) => void) =>
    (...args: A): void => {
      const start = now();
      call(...args);
      spans.push({ name, start, end: now() });
    };
  const buffer = () => memory.buffer;
  const ort = new OrtBlas(loadOrtApi(), buffer, productModel);
  const blas: Blas = {
    product(shape) {
      const { bind, release } = ort.product(shape);
      return { bind: (a, b, y) => timed(nameOf(shape), bind(a, b, y)), release };
    },
    graph(bytes) {
      const graph = ort.graph(bytes);
      return {
        bind: (inputs, outputs) => timed("island", graph.bind(inputs, outputs)),
        release: () => graph.release(),
      };
    },
    release: () => ort.release(),
  };
  const table = { ...planKernels(compilePlanKernels(), memory), ...channelStatistics(buffer) };
  const kernels: KernelTable = Object.fromEntries(
    Object.entries(table).map(([name, call]) => [name, timed(name, call as (...args: number[]) => void)]),
  );
  const bind = streamBinder(memory, scratchOfStreams * thread);
  const streams: Machine["streams"] = (module) => {
    const pass = bind(module);
    return (addresses, count, scalars) => {
      const start = now();
      const sum = pass(addresses, count, scalars);
      spans.push({ name: "update", start, end: now() });
      return sum;
    };
  };
  const machine = { buffer, kernels, blas, streams, thread, ...(meet && { meet: timed("meet", meet) }) };
  const executor = new Executor(machine, program);
  const prepared = executor.prepare(rows);
  return {
    run(moment) {
      spans = [];
      prepared.run(moment);
      return spans;
    },
    release() {
      executor.release();
      ort.release();
    },
  };
}

function nameOf({ m, n, k, count, transposeA, transposeB }: ProductShape): string {
  const forms = `${transposeA ? "T" : "N"}${transposeB ? "T" : "N"}`;
  return `product ${forms} ${count > 0 ? `${count} x ` : ""}[${m} x ${k} x ${n}]`;
}
