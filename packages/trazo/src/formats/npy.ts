import { platform } from "#platform";
import { TrazoError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { decodeNpy } from "./npy-format.js";
import { isZip, readZip } from "./zip.js";

/**
 * Reads an array that NumPy's `save` wrote: numbers of any size and byte order, or booleans. int8, int16 and uint16 become int32,
 * uint32 becomes int64, float16 becomes float32; other types stay.
 *
 * @param source a path, a `file:` URL, or the file's bytes
 * @throws TrazoError naming the file when it cannot be read, is damaged, or holds other things than numbers
 * @example
 * ```ts
 * const pixels = divide(await readNpy("x_train.npy"), 255);
 * ```
 */
export async function readNpy(source: string | URL | Uint8Array): Promise<Tensor> {
  const { bytes, file } = await load(source);
  return decodeNpy(bytes, file);
}

/**
 * Reads the arrays that NumPy's `savez` or `savez_compressed` wrote, by their names.
 *
 * @param source a path, a `file:` URL, or the file's bytes
 * @throws TrazoError naming the file and the array that cannot be read
 * @example
 * ```ts
 * const { x_train: pixels, y_train: classes } = await readNpz("mnist.npz");
 * ```
 */
export async function readNpz(source: string | URL | Uint8Array): Promise<Readonly<Record<string, Tensor>>> {
  const { bytes, file } = await load(source);
  if (!isZip(bytes)) throw new TrazoError(`${file} is not a .npz file.`);
  const entries = [...readZip(bytes, file)].filter(([name]) => name.endsWith(".npy"));
  if (entries.length === 0) throw new TrazoError(`${file} is not a .npz file: it holds no arrays.`);
  return Object.fromEntries(
    entries.map(([name, content]) => [name.slice(0, -".npy".length), decodeNpy(content, `${file}, ${name}`)]),
  );
}

async function load(source: string | URL | Uint8Array): Promise<{ bytes: Uint8Array; file: string }> {
  if (source instanceof Uint8Array) return { bytes: source, file: "The file" };
  return { bytes: await platform.files.read(source), file: String(source) };
}
