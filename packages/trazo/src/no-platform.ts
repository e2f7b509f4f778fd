import { TrazoError } from "./errors.js";
import type { Platform } from "./ports/platform.js";

const refuse = (what: string) => (): never => {
  throw new TrazoError(`${what} is supported in Node only so far.`);
};

const files = refuse("Reading and writing files");

/** Where the core runs outside Node: it computes with what it is given (`runtime`, tensors, bytes), and prints to the console. */
export const platform: Platform = {
  runtime: async () => {
    throw new TrazoError("Outside Node a model needs the option runtime: what runs ONNX graphs there.");
  },
  files: {
    path: files,
    read: async () => files(),
    write: async () => files(),
    exists: () => false,
    openStateFolder: files,
  },
  terminal: { isInteractive: false, columns: 80, print: (text) => console.log(text.replace(/\n$/, "")) },
  notebook: undefined,
  bytes: {
    sha256: refuse("Computing SHA-256"),
    crc32: refuse("Reading zip archives"),
    inflateRaw: refuse("Reading zip archives"),
    gunzip: refuse("Reading gzip files"),
  },
  decodePicture: async () => refuse("Decoding pictures")(),
  decodeImage: async () => refuse("Decoding pictures")(),
};
