import { type FlateError, FlateErrorCode, Gunzip, Inflate } from "fflate";
import { crc32 } from "../crc32.js";
import { joined } from "../joined.js";
import { type Bytes, UnpackError } from "../ports/bytes.js";

/** Checksums and unpacking without Node. */
export const bytes: Bytes = {
  sha256: async (content) => (await import("@noble/hashes/sha2.js")).sha256(content),
  crc32,
  inflateRaw: (packed, most) => unpack(new Inflate(), packed, most, true),
  gunzip(packed, most) {
    const stream = new Gunzip();
    let members = 0;
    stream.onmember = () => {
      members++;
    };
    if (most === "start") return unpack(stream, packed, Number.POSITIVE_INFINITY, false);
    const content = unpack(stream, packed, most, true);
    if (members <= 1) requireChecksum(packed, content);
    return content;
  },
};

/** Bytes that are fed at a time: few, so that what unpacks to more than it may is noticed soon. */
const pieceBytes = 1 << 16;

/** @param whole false: what comes after `packed` is missing, and what can be unpacked is given */
function unpack(stream: Inflate | Gunzip, packed: Uint8Array, most: number, whole: boolean): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  stream.ondata = (chunk: Uint8Array) => {
    size += chunk.length;
    if (size > most) throw new UnpackError("tooLong", `more than ${most} bytes come out`);
    chunks.push(chunk);
  };
  try {
    for (let at = 0; at === 0 || at < packed.length; at += pieceBytes) {
      stream.push(packed.subarray(at, at + pieceBytes), whole && at + pieceBytes >= packed.length);
    }
  } catch (cause) {
    if (cause instanceof UnpackError) throw cause;
    const { code, message } = cause as FlateError;
    throw new UnpackError(code === FlateErrorCode.UnexpectedEOF ? "cutOff" : "damaged", message, { cause });
  }
  return joined(chunks);
}

/** The stream does not compare what gzip stores at its end (RFC 1952): CRC-32 and length of the content. */
function requireChecksum(packed: Uint8Array, content: Uint8Array): void {
  const end = new DataView(packed.buffer, packed.byteOffset + Math.max(0, packed.length - 8));
  if (end.getUint32(0, true) === crc32(content) && end.getUint32(4, true) === content.length % 2 ** 32)
    return;
  throw new UnpackError("damaged", "the checksum is wrong");
}
