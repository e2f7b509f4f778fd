import type { OrtWeb } from "./ort-web.js";
import type { Turns } from "./turns.js";

/** ONNX Runtime Web with a page's GPU, and the order of what it is asked for: it refuses a run while another one is under way. */
export interface PageGpu {
  readonly ort: OrtWeb;
  readonly turns: Turns;
}
