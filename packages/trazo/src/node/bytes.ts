import { constants, crc32, gunzipSync, inflateRawSync } from "node:zlib";
import { type Bytes, UnpackError } from "../ports/bytes.js";
import { sha256 } from "./files/sha256.js";

/** Checksums and unpacking by Node's own libraries. */
export const bytes: Bytes = {
  sha256: async (content) => sha256(content),
  crc32: (bytes) => crc32(bytes),
  // An empty limit is not allowed.
  inflateRaw: (bytes, most) => inflateRawSync(bytes, { maxOutputLength: Math.max(1, most) }),
  gunzip(bytes, most) {
    try {
      // With a sync flush the end of a piece is not an error.
      return gunzipSync(
        bytes,
        most === "start" ? { finishFlush: constants.Z_SYNC_FLUSH } : { maxOutputLength: most },
      );
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      throw new UnpackError(reasons[code ?? ""] ?? "damaged", message, { cause });
    }
  },
};

const reasons: Readonly<Record<string, UnpackError["reason"]>> = {
  ERR_BUFFER_TOO_LARGE: "tooLong",
  Z_BUF_ERROR: "cutOff",
};
