import { platform } from "#platform";
import { TrazoError } from "../errors.js";

/**
 * What the entries of an archive may hold together once uncompressed; more is refused before any of it is made. Keras does not
 * compress, and weights compress badly, so a small archive of much content is none of Keras's.
 */
const contentLimit = (archiveBytes: number): number => Math.min(2 ** 32, 32 * 2 ** 20 + 32 * archiveBytes);

const signatures = { entry: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 } as const;
const endSize = 22;
const longestComment = 0xffff;
const zip64Mark = 0xffff_ffff;

/** Whether the bytes begin as a zip file does. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === signatures.entry;

/**
 * The files in a zip archive, by name, stored or deflated; each is checked against its CRC-32. (PKWARE's APPNOTE, 4.3.)
 *
 * @throws TrazoError naming `file` when it is not an archive, is damaged, or promises more content than 32 MB and 32 times its size
 */
export function readZip(bytes: Uint8Array, file: string): ReadonlyMap<string, Uint8Array> {
  try {
    const entries = readDirectory(bytes);
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    const limit = contentLimit(bytes.length);
    if (total > limit) {
      throw new TrazoError(
        `${file}: the zip archive promises ${total} bytes of content; from an archive of ${bytes.length} bytes at most ${limit} ` +
          "are read. Keras stores its files without compression: save the model again, or repack the archive without it.",
      );
    }
    return new Map(entries.map((entry) => [entry.name, contentOf(bytes, entry)]));
  } catch (cause) {
    if (cause instanceof TrazoError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrazoError(
      `${file}: the zip archive is damaged and cannot be read (${reason}). ` +
        "Copy or download it again, or restore it from a backup.",
    );
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

function readDirectory(bytes: Uint8Array): Entry[] {
  const view = viewOf(bytes);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== signatures.directory)
      throw new Error(`entry ${i} is not in the directory`);
    const sizes = [at + 28, at + 30, at + 32].map((offset) => view.getUint16(offset, true));
    const [nameSize = 0, extraSize = 0, commentSize = 0] = sizes;
    entries.push(entryAt(bytes, view, at, nameSize));
    at += 46 + nameSize + extraSize + commentSize;
  }
  if (new Set(entries.map(({ name }) => name)).size < count)
    throw new Error("two entries have the same name");
  return entries;
}

/** The end record is followed by a comment at most; its own count of bytes says whether it is one. */
function findEnd(view: DataView): number {
  const last = view.byteLength - endSize;
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    const isEnd = view.getUint32(at, true) === signatures.end;
    if (isEnd && at + endSize + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw new Error("its directory is missing: the file is cut short");
}

function entryAt(bytes: Uint8Array, view: DataView, at: number, nameSize: number): Entry {
  const name = new TextDecoder("utf-8", { fatal: true }).decode(within(bytes, at + 46, nameSize));
  if ((view.getUint16(at + 8, true) & 1) !== 0) throw new Error(`"${name}" is encrypted`);
  const [crc, compressedSize, size, offset] = [16, 20, 24, 42].map((field) =>
    view.getUint32(at + field, true),
  ) as [number, number, number, number];
  if ([compressedSize, size, offset].includes(zip64Mark)) {
    throw new Error(`"${name}" is larger than 4 GB (zip64)`);
  }
  return { name, method: view.getUint16(at + 10, true), crc, compressedSize, size, offset };
}

function contentOf(
  bytes: Uint8Array,
  { name, method, crc, compressedSize, size, offset }: Entry,
): Uint8Array {
  const view = viewOf(bytes);
  if (view.getUint32(offset, true) !== signatures.entry)
    throw new Error(`"${name}" is not where it should be`);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const stored = within(bytes, start, compressedSize);
  const content = uncompress(stored, method, name, size);
  if (content.length !== size) throw new Error(`"${name}" has ${content.length} bytes instead of ${size}`);
  if (platform.bytes.crc32(content) !== crc) throw new Error(`the checksum of "${name}" is wrong`);
  return content;
}

function uncompress(stored: Uint8Array, method: number, name: string, size: number): Uint8Array {
  if (method === 0) return stored;
  if (method !== 8) throw new Error(`"${name}" is compressed by the unknown method ${method}`);
  // Stops where the entry should end.
  return platform.bytes.inflateRaw(stored, size);
}

function within(bytes: Uint8Array, start: number, size: number): Uint8Array {
  if (start + size > bytes.length) throw new Error("an entry leads beyond the file's end");
  return bytes.subarray(start, start + size);
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
