import { type OrtFunctions, type Pointer, pointer } from "./ort-functions.js";

/** What computes besides the processor. */
export type Provider = "webgpu" | "cuda";

/**
 * As plain as possible: products of float32 are to be products of float32, not of the 19 bits that NVIDIA's tensor cores take of
 * them, as ONNX Runtime has it by default.
 */
const cudaSettings = { use_tf32: "0" };

/** In the other order of axes some convolutions are computed wrongly: 6 channels, 16 filters of 5x5. */
const webgpuSettings = { preferredLayout: "NCHW" };

/** How each provider is added to a session's options. */
export function providerSettings({
  plain,
  checked,
  giving,
}: Pick<OrtFunctions, "checked" | "giving" | "plain">): Record<Provider, (options: Pointer) => void> {
  const texts = ["const char **", "const char **", "size_t"];
  const appendNamed = checked("appendProvider", pointer, "const char *", ...texts);
  return {
    webgpu: (options) => appendNamed(options, "WebGPU", ...listed(webgpuSettings)),
    cuda(options) {
      const cuda = giving<Pointer>("createCudaOptions", pointer)();
      try {
        checked("updateCudaOptions", pointer, ...texts)(cuda, ...listed(cudaSettings));
        checked("appendCuda", pointer, pointer)(options, cuda);
      } finally {
        plain("releaseCudaOptions", "void", pointer)(cuda);
      }
    },
  };
}

const listed = (settings: Readonly<Record<string, string>>): [string[], string[], number] => {
  const names = Object.keys(settings);
  return [names, Object.values(settings), names.length];
};
