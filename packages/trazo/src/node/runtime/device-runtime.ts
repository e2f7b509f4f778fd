import { inWords, TrazoError } from "../../errors.js";
import { graphProductTime, isFaster } from "../../onnx/product-time.js";
import type { Runtime } from "../../runtime/runtime.js";
import { tensor } from "../../tensor.js";
import type { DeviceLibrary } from "./library.js";
import type { NodeDevice, NodeRuntimeOptions } from "./node-options.js";
import type { Provider } from "./providers.js";

/** Which lowering suits each. Convolutions as plain operators are what CUDA's own library is for. */
const lowering: Readonly<Record<Provider, Runtime["lowering"]>> = {
  webgpu: "withoutIndices",
  cuda: "direct",
};

/** What a user can do where a provider does not work. */
const remedies: Readonly<Record<Provider, string>> = {
  webgpu:
    "It needs a GPU with a driver for Vulkan (on Linux, with the loader libvulkan1), Metal or Direct3D 12.",
  cuda:
    "It needs an NVIDIA GPU, CUDA 12 with cuDNN 9, and ONNX Runtime's CUDA libraries beside its own, which onnxruntime-node's install " +
    "step fetches: npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12.",
};

/**
 * A runtime with a GPU; for `auto` undefined where the processor is to be used.
 *
 * @param processor a runtime with it, to compare with
 * @throws TrazoError when there is no such device, in words
 */
export async function deviceRuntime(
  device: Exclude<NodeDevice, "cpu">,
  options: NodeRuntimeOptions,
  processor: () => Promise<Runtime>,
): Promise<Runtime | undefined> {
  requireDevice(device, options);
  if (device !== "auto") return await runtimeWith(device);
  for (const provider of ["cuda", "webgpu"] as const) {
    const found = await runtimeWith(provider).catch(() => undefined);
    if (!found?.device) continue;
    return (await isFaster(found.device, await graphProductTime(await processor()))) ? found : undefined;
  }
  return undefined;
}

async function runtimeWith(device: Provider): Promise<Runtime> {
  const { name, ...library } = await tried(device);
  return {
    name: `${name} ${device}`,
    lowering: lowering[device],
    notes: device === "cuda" ? [unproven] : [],
    ...library,
  };
}

const unproven = 'The device "cuda" has not been tried on hardware yet.';

function requireDevice(device: string, options: NodeRuntimeOptions): void {
  if (!["webgpu", "cuda", "auto"].includes(device)) {
    throw new TrazoError(
      `nodeRuntime: device must be "cpu", "webgpu", "cuda" or "auto", but got ${inWords(device)}.`,
    );
  }
  if (device === "auto") return;
  for (const name of ["threads", "background", "engine", "lowering"] as const) {
    if (options[name] === undefined) continue;
    throw new TrazoError(`nodeRuntime: ${name} is for the device "cpu".`);
  }
  if (options.binding !== "addon") return;
  throw new TrazoError('nodeRuntime: devices need the binding "native". Leave binding out.');
}

/** Loads a provider and has it move some numbers, so that what is missing is known before a model is trained. */
async function tried(provider: Provider): Promise<DeviceLibrary> {
  const { loadNativeDevice } = await import("./native-session.js");
  try {
    const library = loadNativeDevice(provider);
    const there = await library.device.put(tensor("float32", [1], Float32Array.of(1)));
    there.free();
    return library;
  } catch (error) {
    throw new TrazoError(
      `nodeRuntime: the device "${provider}" cannot be used here: ${withoutPlace((error as Error).message)} ${remedies[provider]}`,
      { cause: error },
    );
  }
}

/** ONNX Runtime's messages without the place in its sources that they come from. */
const withoutPlace = (message: string): string => {
  const text = message.replace(/^\S*\/\S+:\d+ .*? was false\. /s, "").trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
