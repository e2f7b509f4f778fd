import type { Device } from "../../runtime/device.js";
import type { PlanChoice, PlanSupport, Session } from "../../runtime/runtime.js";

/** ONNX Runtime as one of its bindings gives it. */
export interface Library {
  /** With its version, for messages and reports. */
  readonly name: string;
  load(model: Uint8Array, threads: number): Promise<Session>;
  /** What it offers for plans, where it does. */
  plan?(threads: number, choice: PlanChoice): PlanSupport;
}

/** ONNX Runtime with a GPU. */
export interface DeviceLibrary {
  readonly name: string;
  readonly device: Device;
  load(model: Uint8Array): Promise<Session>;
}

/** Settings by the names of onnxruntime_session_options_config_keys.h. */
export const sessionConfig: Readonly<Record<string, string>> = {
  // Idle threads of one session spin for a while; without this they fight over the cores with
  // the next session that runs (training and evaluation take turns).
  "session.force_spinning_stop": "1",
};
