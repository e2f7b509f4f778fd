import type { Runtime } from "../runtime/runtime.js";
import type { Bytes } from "./bytes.js";
import type { Files } from "./files.js";
import type { ImageDecoder } from "./images.js";
import type { Notebook } from "./notebook.js";
import type { PictureDecoder } from "./pictures.js";
import type { Terminal } from "./terminal.js";

/**
 * What the core needs from the system that it runs on. The core imports it as `#platform`, which the package's conditions
 * resolve: to `node/platform.ts` in Node, and to `no-platform.ts` where there is nothing of the kind yet. Nothing else in the core
 * knows where it runs.
 */
export interface Platform {
  /** What runs the graphs where the user gives nothing else. @throws TrazoError when it cannot be loaded */
  runtime(): Promise<Runtime>;
  readonly files: Files;
  readonly terminal: Terminal;
  /** Undefined where the program does not run in a notebook. */
  readonly notebook: Notebook | undefined;
  readonly bytes: Bytes;
  readonly decodePicture: PictureDecoder;
  readonly decodeImage: ImageDecoder;
}
