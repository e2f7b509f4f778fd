import type { SharedWebAssemblyMemory } from "../kernels/webassembly.js";
import type { CrewSettings } from "../plan/crew/crew.js";
import type { Blas } from "../plan/program/blas.js";
import type { OperatorTable } from "../plan/task/task.js";
import type { Tensor } from "../tensor.js";
import type { Device } from "./device.js";

/** Tensors by the names that the graph gives them. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** A graph ready to run. */
export interface Session {
  /**
   * Runs the graph.
   *
   * @param feeds one tensor an input; none is copied, so none may change before the promise settles.
   * @param into tensors that receive outputs in place, by name; other outputs are allocated.
   * @returns every output that `into` does not name.
   */
  run(feeds: Feeds, into?: Feeds): Promise<Record<string, Tensor>>;
  /** Frees native memory. The session cannot be used afterwards. */
  release(): Promise<void>;
}

/** Something that can run ONNX graphs. Nothing else in the library knows what it is. */
export interface Runtime {
  /** For messages and reports, e.g. `onnxruntime-node 1.30.0 cpu`. */
  readonly name: string;
  /** The library that computes, with its version. Absent: it is the library's own code. */
  readonly library?: string | undefined;
  /** Threads of the processor that it uses. Absent: it computes elsewhere, as on a GPU. */
  readonly threads?: number | undefined;
  /** Which lowering suits it: `tiledGemm` on a CPU, `withoutIndices` with WebGPU, `direct` elsewhere. */
  readonly lowering: "direct" | "tiledGemm" | "withoutIndices";
  /** Where a model's state stays while it trains. Absent: in the process's own memory. */
  readonly device?: Device | undefined;
  /** What a user may want to know about how it runs, in sentences, e.g. why a slower binding had to be taken. */
  readonly notes?: readonly string[];
  load(model: Uint8Array): Promise<Session>;
  /** What it offers for running a model's steps as plans. Absent: all of a model is run as graphs. */
  readonly plan?: PlanSupport | undefined;
}

/** Which models are run as plans: all that have a product the plan covers, or those for which it is estimated to be faster. */
export type PlanChoice = "always" | "whenFaster";

/** What plans need of a runtime: products, graphs for what they do not cover, and time for others. */
export interface PlanSupport {
  readonly choice: PlanChoice;
  /** Bytes that the data of a block should not exceed: what fits a core's own cache. */
  readonly cache: number;
  /** Threads that do a plan's work together. Absent: the caller does all of it. */
  readonly crew?: CrewSettings | undefined;
  /** The plan's operators with those of its own, which its products make faster than others. Absent: it has none. */
  operators?(table: OperatorTable): OperatorTable;
  /** Bytes that `blas` wants of a memory for itself. */
  readonly scratchBytes: number;
  /** Products over a memory; `scratch` is the address of `scratchBytes` of it. */
  blas(memory: SharedWebAssemblyMemory, scratch: number): Blas;
  /** Lets the event loop turn. */
  pause(): Promise<void>;
}
