import { colorsOfGray } from "../../data/images/channels.js";
import type { DecodedImage } from "../../ports/images.js";

/** What is used of libjpeg-turbo, compiled to WebAssembly; the package has no types. */
interface TurboModule {
  readonly JPEGDecoder: new () => TurboDecoder;
}

interface TurboDecoder {
  /** Room for a file of so many bytes. */
  getEncodedBuffer(length: number): Uint8Array;
  /** Throws for whatever the library complains of. */
  decode(): void;
  getFrameInfo(): { readonly width: number; readonly height: number };
  /** Red, green and blue, or gray, until the next one. */
  getDecodedBuffer(): Uint8Array;
}

/** Decodes on the thread that calls it, in a fraction of the time that sharp takes for a small picture. */
export class JpegDecoder {
  readonly #module: TurboModule;
  #decoder: TurboDecoder;

  constructor(module: TurboModule) {
    this.#module = module;
    this.#decoder = new module.JPEGDecoder();
  }

  /** Undefined when something is not as it should be: then sharp is to judge. */
  decode(bytes: Uint8Array): DecodedImage | undefined {
    try {
      this.#decoder.getEncodedBuffer(bytes.length).set(bytes);
      this.#decoder.decode();
    } catch {
      this.#decoder = new this.#module.JPEGDecoder();
      return undefined;
    }
    const { width, height } = this.#decoder.getFrameInfo();
    const data = this.#decoder.getDecodedBuffer();
    if (data.length === width * height) return { width, height, channels: 3, data: colorsOfGray(data) };
    return data.length === width * height * 3
      ? { width, height, channels: 3, data: data.slice() }
      : undefined;
  }
}

let loaded: Promise<JpegDecoder | undefined> | undefined;

/** The thread's own, loaded when the first picture needs it; undefined where the package is missing, as in some bundles. */
export function jpegDecoder(): Promise<JpegDecoder | undefined> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<JpegDecoder | undefined> {
  try {
    // Not in the import itself, so that bundlers leave the package where its WebAssembly is.
    const name = "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs";
    const { default: open } = (await import(name)) as { default: () => Promise<TurboModule> };
    return new JpegDecoder(await open());
  } catch {
    return undefined;
  }
}
