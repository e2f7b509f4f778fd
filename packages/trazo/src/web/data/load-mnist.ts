import { decodeIdx, parseIdxHeader } from "../../data/idx-format.js";
import { type ImageDataset, imageDataset, type LoadedFile } from "../../data/labeled-images.js";
import { TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import type { Tensor } from "../../tensor.js";
import { type FetchBytesOptions, fetchBytes, fetchOptions } from "../files/fetch-bytes.js";
import { gunzip } from "../files/gunzip.js";

/**
 * Loads MNIST, or a part of it, from the one file that `writeMnistAsset` of `trazo/node` writes.
 *
 * @param source its address, or its bytes
 * @throws TrazoError when it cannot be fetched, or is damaged
 * @example
 * ```ts
 * import { divide, loadMnist } from "trazo/web";
 *
 * const { train, test } = await loadMnist("/mnist.gz", { onProgress: ({ loaded, total }) => console.log(loaded, total) });
 * const pixels = divide(train.images, 255);
 * ```
 */
export async function loadMnist(
  source: string | URL | Uint8Array,
  options: FetchBytesOptions = {},
): Promise<ImageDataset> {
  requireKnownOptions(options, fetchOptions, "loadMnist");
  const isBytes = source instanceof Uint8Array;
  const name = isBytes ? "MNIST's file" : String(source);
  let bytes = isBytes ? source : await fetchBytes(source, options);
  // Some servers have it unpacked on its way; others pack it once more, and WebKit does not undo that of files that are packed anyway.
  for (let times = 0; times < 2 && isGzip(bytes); times++) bytes = await gunzip(bytes, name);
  let at = 0;
  const next = (part: string): LoadedFile => {
    const file = `${name}: the ${part}`;
    const { headerBytes, dataBytes } = parseIdxHeader(bytes.subarray(at), file);
    const end = at + headerBytes + dataBytes;
    const decoded = decodeIdx(bytes.subarray(at, end), file);
    at = end;
    if (decoded.dtype === "uint8") return { file, tensor: decoded as Tensor<"uint8">, headerBytes };
    throw new TrazoError(`${file}: expected uint8 elements, but they are ${decoded.dtype}.`);
  };
  const [trainLabels, trainImages] = [next("training labels"), next("training images")];
  const [testLabels, testImages] = [next("test labels"), next("test images")];
  if (at < bytes.length) {
    throw new TrazoError(`${name}: ${bytes.length - at} bytes too many at byte offset ${at} (uncompressed).`);
  }
  return imageDataset({ trainLabels, trainImages, testLabels, testImages }, `MNIST (${name})`);
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
