/** Options of `nodeRuntime`. */
export interface NodeRuntimeOptions {
  /**
   * Threads that compute: of a plan each takes a part of the batch, of a graph a part of each operator. Between steps they sleep.
   * Default: the number of processors. The result's bits depend on it.
   */
  readonly threads?: number;
  /**
   * How convolutions become ONNX operators: `tiledGemm`, matrix products over tiles of the image, or Winograd's where they are
   * fewer, faster on a CPU; or `direct`, plain operators. Default `tiledGemm`.
   */
  readonly lowering?: "direct" | "tiledGemm";
  /**
   * Compute in a separate thread, so that JavaScript's stays free for other work, such as a server's. Default false: it
   * waits for each run, and the event loop turns between two of them. That is a little faster, and much where other
   * programs want the same processors. Needs the `native` binding.
   */
  readonly background?: boolean;
  /**
   * How ONNX Runtime is called: `native`, its C interface, which copies nothing; or `addon`, the binding of the package
   * onnxruntime-node, which is slower and has to be installed as well. Default: `native` where that works, else
   * `addon`.
   */
  readonly binding?: "native" | "addon";
  /**
   * How a model's steps are computed: `graph`, all of each as one graph that ONNX Runtime runs; `plan`, block by block in the
   * processor's cache, each thread its part of the batch, with ONNX Runtime for the matrix products and for whatever the plan does
   * not know; or `auto`, a plan where it knows what takes most of the multiplications. Plans need the `native` binding; without it,
   * `auto` is `graph`. The result's bits depend on it. Default `auto`.
   */
  readonly engine?: Engine;
  /**
   * What computes: `cpu`; `webgpu`, a GPU through Vulkan, Metal or Direct3D; `cuda`, one of NVIDIA's, for which ONNX Runtime's CUDA
   * libraries have to be installed; or `auto`, a GPU where there is one that multiplies matrices faster than the processor, which takes
   * a second to find out. On a GPU weights, the optimizer's state and all training data that fit stay in its memory for an epoch, or
   * until a callback watches batches (see `Callback.logsOnly`). A model's losses agree with the processor's to rounding. Only the
   * `native` binding has devices. Default `cpu`.
   */
  readonly device?: NodeDevice;
}

/** See `NodeRuntimeOptions.device`. */
export type NodeDevice = "cpu" | "webgpu" | "cuda" | "auto";

/** See `NodeRuntimeOptions.engine`. */
export type Engine = "auto" | "graph" | "plan";
