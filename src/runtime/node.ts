import { availableParallelism } from "node:os";
import { TrazoError } from "../errors.js";
import { loadAddon } from "./addon-session.js";
import type { Library } from "./library.js";
import { loadNative } from "./native-session.js";
import type { Runtime } from "./runtime.js";

export interface NodeRuntimeOptions {
  /** Threads within one operator. Default: the number of processors. The result's bits depend on it. */
  readonly threads?: number;
  readonly lowering?: "direct" | "tiledGemm";
  /**
   * How ONNX Runtime is called: `native`, its C interface, which copies nothing and leaves JavaScript's thread free; or
   * `addon`, onnxruntime-node's own binding, which is slower. Default: `native` where that works, else `addon`.
   */
  readonly binding?: "native" | "addon";
}

const bindings = { native: loadNative, addon: loadAddon };

/**
 * ONNX Runtime's CPU provider in Node.
 *
 * @throws TrazoError when the number of threads is none, or ONNX Runtime cannot be loaded on this platform
 */
export async function nodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new TrazoError(`threads must be a whole number from 1 to 256, but got ${options.threads}.`);
  }
  const library = await firstOf(options.binding ? [options.binding] : ["native", "addon"]);
  return {
    name: `${library.name} cpu, ${threads} ${threads === 1 ? "thread" : "threads"}`,
    lowering: options.lowering ?? "tiledGemm",
    load: (model) => library.load(model, threads),
  };
}

async function firstOf(names: readonly (keyof typeof bindings)[]): Promise<Library> {
  const reasons: string[] = [];
  for (const name of names) {
    try {
      return await bindings[name]();
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new TrazoError(
    `ONNX Runtime could not be loaded on ${process.platform}-${process.arch} (${reasons.join("; ")}).`,
  );
}
