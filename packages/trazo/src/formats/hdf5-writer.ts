import type * as h5wasm from "h5wasm";
import { TrazoError } from "../errors.js";
import type { NamedTensor } from "./stored-weights.js";

/** The bytes of an HDF5 file that `write` fills. */
export async function writeHdf5(write: (root: h5wasm.File) => void): Promise<Uint8Array> {
  // Its instance reserves gigabytes of address space, which a process under a limit can do without unless it writes such a file.
  const { File, ready } = await import("h5wasm");
  const library = await ready;
  // Otherwise the library prints its own report of an error to standard error and continues.
  library.activate_throwing_error_handler();
  const { FS } = library;
  const path = `/trazo-${crypto.randomUUID()}.h5`;
  try {
    // The layout that every version of Keras writes and reads, and the only one that readHdf5 knows.
    const root = new File(path, "w", { libver: ["earliest", "latest"] });
    try {
      write(root);
      root.flush();
    } catch (cause) {
      throw new TrazoError(`The HDF5 library could not write the file: ${firstLine(cause)}`, { cause });
    } finally {
      root.close();
    }
    return FS.readFile(path) as Uint8Array;
  } finally {
    if (FS.analyzePath(path).exists) FS.unlink(path);
  }
}

/** The library's errors are whole stacks of its own functions. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";

/** Writes an array under a path below a group; the groups on the way are made. */
export function writeDataset(
  group: h5wasm.Group,
  path: string,
  { shape, data }: Pick<NamedTensor, "shape" | "data">,
): void {
  const names = path.split("/");
  names
    .slice(0, -1)
    .reduce(subgroup, group)
    .create_dataset({
      name: names.at(-1) as string,
      data,
      shape: [...shape],
      dtype: data instanceof BigInt64Array ? "<q" : "<f",
    });
}

/** The group of that name in another one, made when it is not there. */
export function subgroup(group: h5wasm.Group, name: string): h5wasm.Group {
  return group.keys().includes(name) ? (group.get(name) as h5wasm.Group) : group.create_group(name);
}
