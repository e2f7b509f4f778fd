import { TrazoError } from "../errors.js";
import type { Platform } from "../ports/platform.js";
import { bytes } from "./bytes.js";
import { webFiles } from "./files/web-files.js";
import { webRuntime } from "./runtime/web-runtime.js";

const refuse = (message: string) => (): never => {
  throw new TrazoError(message);
};

const noPictures = refuse("Picture files are decoded in Node only so far. Give pixels: a uint8 tensor.");

/** The core's ports in browsers, as far as they have them. */
export const platform: Platform = {
  runtime: async () => webRuntime(),
  files: webFiles,
  terminal: { isInteractive: false, columns: 80, print: (text) => console.log(text.replace(/\n$/, "")) },
  bytes,
  decodePicture: async () => noPictures(),
  decodeImage: async () => noPictures(),
};
