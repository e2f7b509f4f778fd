import * as h5wasm from "h5wasm";
import type { NamedTensor } from "../../src/formats/stored-weights.js";

/** The bytes of a file that the HDF5 library itself writes. */
export const writeHdf5 = (write: (root: h5wasm.File) => void): Promise<Uint8Array> =>
  inLibrary(new Uint8Array(0), "w", (root, bytes) => {
    write(root);
    root.flush();
    root.close();
    return bytes();
  });

/** What the HDF5 library finds in a file. */
export const readByLibrary = <T>(content: Uint8Array, read: (root: h5wasm.File) => T): Promise<T> =>
  inLibrary(content, "r", (root) => {
    try {
      return read(root);
    } finally {
      root.close();
    }
  });

async function inLibrary<T>(
  content: Uint8Array,
  mode: "r" | "w",
  use: (root: h5wasm.File, bytes: () => Uint8Array) => T,
): Promise<T> {
  const library = await h5wasm.ready;
  // Otherwise the library prints its own report of an error to standard error and continues.
  library.activate_throwing_error_handler();
  const { FS } = library;
  const path = `/trazo-${crypto.randomUUID()}.h5`;
  if (mode === "r") FS.writeFile(path, content);
  try {
    const root = new h5wasm.File(path, mode, { libver: ["earliest", "latest"] });
    return use(root, () => FS.readFile(path) as Uint8Array);
  } finally {
    if (FS.analyzePath(path).exists) FS.unlink(path);
  }
}

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

const subgroup = (group: h5wasm.Group, name: string): h5wasm.Group =>
  group.keys().includes(name) ? (group.get(name) as h5wasm.Group) : group.create_group(name);
