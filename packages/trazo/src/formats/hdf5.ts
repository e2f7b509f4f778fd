import { TrazoError } from "../errors.js";
import { locateErrors } from "../keras-object.js";
import { damaged, Hdf5Bytes, unsupported } from "./hdf5-bytes.js";
import { Hdf5Group } from "./hdf5-group.js";
import { readMessages } from "./hdf5-object.js";

/**
 * Opens HDF5 bytes for reading, in the layout that Keras writes: superblock 0 or 1, groups as symbol tables, arrays in one
 * piece. Every step stays within the bytes and comes to an end, whatever they hold; what the format has besides is refused by
 * its name.
 *
 * @throws TrazoError that names `file`, and what in it is damaged or not supported
 */
export function readHdf5<T>(bytes: Uint8Array, file: string, read: (root: Hdf5Group) => T): T {
  if (!isHdf5(bytes)) {
    throw new TrazoError(`${file}: this is not an HDF5 file (its first bytes are not the HDF5 signature).`);
  }
  return locateErrors(file, () => {
    const content = new Hdf5Bytes(bytes);
    const result = read(rootOf(content));
    content.requireDisjoint();
    return result;
  });
}

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether the bytes begin as an HDF5 file does. */
export const isHdf5 = (bytes: Uint8Array): boolean => signature.every((byte, i) => bytes[i] === byte);

/** The superblock ("Disk format: level 0A", II.A) leads to the root group. */
function rootOf(bytes: Hdf5Bytes): Hdf5Group {
  const version = bytes.uint8(8);
  if (version === 2 || version === 3) throw unsupported(`HDF5's newer layout (superblock ${version})`);
  if (version > 3) throw damaged("unknown version of the superblock", 8);
  if (bytes.uint8(13) !== 8 || bytes.uint8(14) !== 8) {
    throw unsupported("an HDF5 file with addresses of other than 8 bytes");
  }
  const addresses = version === 0 ? 24 : 28;
  if (bytes.uint64(addresses) !== 0) throw unsupported("an HDF5 file that does not begin at its address 0");
  const end = bytes.uint64(addresses + 16);
  bytes.claim(0, addresses + 72);
  if (end > bytes.length) {
    throw damaged(`truncated: of ${end} bytes only ${bytes.length} are there`, bytes.length);
  }
  return new Hdf5Group(bytes, "", readMessages(bytes, bytes.uint64(addresses + 40)));
}
