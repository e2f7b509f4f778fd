import type { Platform } from "../ports/platform.js";
import { bytes } from "./bytes.js";
import { webFiles } from "./files/web-files.js";
import { webRuntime } from "./runtime/web-runtime.js";

/** The core's ports in browsers, as far as they have them. */
export const platform: Platform = {
  runtime: async () => webRuntime(),
  files: webFiles,
  terminal: { isInteractive: false, columns: 80, print: (text) => console.log(text.replace(/\n$/, "")) },
  notebook: undefined,
  bytes,
  decodePicture: async (...args) => (await import("./pictures/decode-picture.js")).decodePicture(...args),
  decodeImage: async (...args) => (await import("./pictures/decode-image.js")).decodeImage(...args),
};
