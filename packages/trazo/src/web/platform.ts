import { TrazoError } from "../errors.js";
import type { Platform } from "../ports/platform.js";
import { bytes } from "./bytes.js";
import { webRuntime } from "./runtime/web-runtime.js";

const refuse = (message: string) => (): never => {
  throw new TrazoError(message);
};

const noFiles = refuse(
  "A page has no files to read or write by a path. Use bytes: fromKeras(bytes), model.loadWeights(bytes), model.toKeras(), " +
    "model.toOnnx(), parseIdx(bytes, name).",
);

const noPictures = refuse("Picture files are decoded in Node only so far. Give pixels: a uint8 tensor.");

/** The core's ports in browsers, as far as they have them. */
export const platform: Platform = {
  runtime: async () => webRuntime(),
  files: {
    path: noFiles,
    read: async () => noFiles(),
    write: async () => noFiles(),
    exists: () => false,
    openStateFolder: async () => noFiles(),
  },
  terminal: { isInteractive: false, columns: 80, print: (text) => console.log(text.replace(/\n$/, "")) },
  bytes,
  decodePicture: async () => noPictures(),
  decodeImage: async () => noPictures(),
};
