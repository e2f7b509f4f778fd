import { loadOrtApi } from "../../packages/trazo/src/node/runtime/ort-api.js";

const api = loadOrtApi();

/** Whether WebGPU has programs for all of a graph, so that none of it falls back on the processor. */
export function runsOnGpu(model: Uint8Array): boolean {
  const config = { "session.disable_cpu_ep_fallback": "1" };
  try {
    api.releaseSession(api.createSession(model, { provider: "webgpu", threads: 1, config }));
    return true;
  } catch {
    return false;
  }
}
