import * as h5wasm from "h5wasm";
import { TrazoError } from "../errors.js";
import { damagedHeapObject } from "./hdf5-heap.js";

/**
 * Opens HDF5 bytes for reading, through an in-memory file that is gone afterwards. Whatever the
 * library makes of damaged bytes becomes an error that names the file.
 */
export async function readHdf5<T>(
  bytes: Uint8Array,
  file: string,
  read: (root: h5wasm.File) => T,
): Promise<T> {
  if (!hasSignature(bytes)) {
    throw new TrazoError(`${file}: this is no HDF5 file (its first bytes are not the HDF5 signature).`);
  }
  const damaged = damagedHeapObject(bytes);
  if (damaged !== undefined) {
    throw new TrazoError(
      `${file}: the HDF5 file is damaged and cannot be read (impossible size in the heap at byte ${damaged}). ${advice}`,
    );
  }
  try {
    return await withMemoryFile(async (fs, path) => {
      fs.writeFile(path, bytes);
      const root = new h5wasm.File(path, "r");
      try {
        return read(root);
      } finally {
        closeQuietly(root);
      }
    });
  } catch (cause) {
    if (cause instanceof TrazoError) throw cause;
    throw new TrazoError(
      `${file}: the HDF5 file is damaged and cannot be read (${messageOf(cause)}). ${advice}`,
    );
  }
}

/** What was to be read has been read: that damaged bytes cannot be closed properly says nothing more. */
function closeQuietly(root: h5wasm.File): void {
  try {
    root.close();
  } catch {
    // The in-memory file goes in any case.
  }
}

/** The bytes of an HDF5 file that `write` fills. */
export async function writeHdf5(write: (root: h5wasm.File) => void): Promise<Uint8Array> {
  return await withMemoryFile(async (fs, path) => {
    const root = new h5wasm.File(path, "w");
    try {
      write(root);
      root.flush();
    } finally {
      root.close();
    }
    return fs.readFile(path) as Uint8Array;
  });
}

type MemoryFs = (typeof h5wasm.Module)["FS"];

async function withMemoryFile<T>(use: (fs: MemoryFs, path: string) => Promise<T>): Promise<T> {
  const library = await h5wasm.ready;
  // Otherwise the library prints its own report of an error to standard error, and goes on.
  library.activate_throwing_error_handler();
  const { FS } = library;
  const path = `/trazo-${crypto.randomUUID()}.h5`;
  try {
    return await use(FS, path);
  } finally {
    if (FS.analyzePath(path).exists) FS.unlink(path);
  }
}

const advice = "Copy or download it again, or restore it from a backup.";

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

const hasSignature = (bytes: Uint8Array): boolean => signature.every((byte, i) => bytes[i] === byte);

/** The library reports what failed from the outermost call inwards, a line each: the innermost says most. */
function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const reports = [...message.matchAll(/^ *#\d+: .* in \w+\(\): (.*)$/gm)];
  return reports.at(-1)?.[1] ?? message.split("\n")[0] ?? "";
}
