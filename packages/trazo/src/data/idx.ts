import { platform } from "#platform";
import { TrazoError } from "../errors.js";
import { UnpackError } from "../ports/bytes.js";
import type { Tensor } from "../tensor.js";
import { decodeIdx, maxHeaderBytes, parseIdxHeader } from "./idx-format.js";

/**
 * Reads an IDX file (the format of MNIST and its relatives), plain or gzip, told apart by content.
 *
 * @returns a tensor of the file's shape; element types uint8, int32, float32 and float64 stay, int8 and int16 become int32
 * @throws TrazoError naming file and byte offset when the file is missing, damaged, cut off or too long
 * @example
 * ```ts
 * const pictures = await readIdx("data/train-images-idx3-ubyte.gz"); // [60000, 28, 28]
 * ```
 */
export async function readIdx(file: string | URL): Promise<Tensor> {
  return parseIdx(await platform.files.read(file), String(file));
}

/**
 * `readIdx` for bytes already at hand. uint8 data of an uncompressed file share memory with `bytes`.
 *
 * @param file named in error messages
 * @example
 * ```ts
 * const response = await fetch("/train-images-idx3-ubyte.gz");
 * const pictures = parseIdx(new Uint8Array(await response.arrayBuffer()), "train-images");
 * ```
 */
export function parseIdx(bytes: Uint8Array, file: string): Tensor {
  return decodeIdx(uncompressIdx(bytes, file), file);
}

/** Pictures of digits compress to a fifth. More than this is not inflated, whatever the header promises. */
const inflatedLimit = (compressedBytes: number): number => 16 * 2 ** 20 + 32 * compressedBytes;

/**
 * The bytes of an IDX file without gzip, if it had any. Never inflates beyond what the IDX header promises, nor beyond 16 MB and 32
 * times the file's size, so that a small file cannot fill the memory.
 *
 * @throws TrazoError when the gzip data are damaged or cut off, or hold more than the header promises or than is inflated
 */
export function uncompressIdx(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const { headerBytes, dataBytes } = parseIdxHeader(inflateStart(bytes, file), `${file} (uncompressed)`);
  const expected = headerBytes + dataBytes;
  if (expected > inflatedLimit(bytes.length)) {
    throw new TrazoError(
      `${file}: the header promises ${dataBytes} bytes of data in a gzip file of ${bytes.length} bytes. So much is not inflated: ` +
        "the file is damaged, or should be unpacked with gunzip first.",
    );
  }
  try {
    return platform.bytes.gunzip(bytes, expected);
  } catch (error) {
    if (error instanceof UnpackError && error.reason === "tooLong") {
      throw new TrazoError(
        `${file}: the uncompressed data continue beyond byte offset ${expected}, where the IDX header says they end.`,
        { cause: error },
      );
    }
    throw damaged(bytes, file, error);
  }
}

const firstPrefix = 512;
/** A piece of this size that inflates to less than a header does not come from an IDX file; the next could inflate to any size. */
const longestPrefix = 2 ** 16;

/** The first uncompressed bytes, from as short a piece of the file as gives a whole IDX header. */
function inflateStart(bytes: Uint8Array, file: string): Uint8Array {
  for (let length = firstPrefix; ; length *= 2) {
    const start = inflateSome(bytes.subarray(0, length), bytes, file);
    if (start.length >= maxHeaderBytes || length >= Math.min(bytes.length, longestPrefix)) return start;
  }
}

function inflateSome(prefix: Uint8Array, bytes: Uint8Array, file: string): Uint8Array {
  try {
    return platform.bytes.gunzip(prefix, "start");
  } catch (error) {
    throw damaged(bytes, file, error);
  }
}

function damaged(bytes: Uint8Array, file: string, error: unknown): TrazoError {
  if (!(error instanceof UnpackError)) throw error;
  const { reason, message } = error;
  const what =
    reason === "cutOff"
      ? `the gzip data are cut off at byte offset ${bytes.length}`
      : `the gzip data (byte offset 0 to ${bytes.length}) are damaged: ${message}`;
  return new TrazoError(`${file}: ${what}. Fetch the file again.`, { cause: error });
}
