import { existsSync } from "node:fs";
import type { Platform } from "../ports/platform.js";
import { bytes } from "./bytes.js";
import { denoNotebook } from "./deno-notebook.js";
import { writeFileAtomically } from "./files/atomic-file.js";
import { localPath } from "./files/local-path.js";
import { readBytes } from "./files/read-bytes.js";

/** The core's ports in Node. What takes long to load is loaded when it is used. */
export const platform: Platform = {
  runtime: async () => (await import("./runtime/node.js")).nodeRuntime(),
  files: {
    path: localPath,
    read: readBytes,
    write: writeFileAtomically,
    exists: existsSync,
    openStateFolder: async (path, print) =>
      (await import("./state/state-folder.js")).openStateFolder(path, print),
  },
  terminal: {
    get isInteractive() {
      return process.stdout.isTTY === true;
    },
    get columns() {
      return process.stdout.columns ?? 80;
    },
    print(text) {
      // The kernels of notebooks show what goes through the console alone.
      if (denoNotebook()) console.log(text.replace(/\n$/, ""));
      else process.stdout.write(text);
    },
  },
  get notebook() {
    return denoNotebook();
  },
  bytes,
  decodePicture: async (...args) => (await import("./data/decode-picture.js")).decodePicture(...args),
  decodeImage: async (...args) => (await import("./data/decode-image.js")).decodeImage(...args),
};
