import { damaged, type Hdf5Bytes } from "./hdf5-bytes.js";

const headerSize = 16;

/** By its number, where each object of a heap begins, and its size. */
export type HeapObjects = ReadonlyMap<number, { readonly offset: number; readonly size: number }>;

/**
 * The objects of a global heap, in which strings of variable length lie ("Global heap" in the HDF5 file format specification,
 * III.E).
 *
 * @throws TrazoError where sizes lead out of the heap or nowhere
 */
export function heapObjects(bytes: Hdf5Bytes, heap: number): HeapObjects {
  bytes.requireSignature(heap, "GCOL");
  if (bytes.uint8(heap + 4) !== 1) throw damaged("unknown version of a heap", heap + 4);
  const heapSize = bytes.uint64(heap + 8);
  bytes.claim(heap, heapSize);
  const end = heap + heapSize;
  const objects = new Map<number, { readonly offset: number; readonly size: number }>();
  let at = heap + headerSize;
  // What is shorter than a header at the end is unused.
  while (at + headerSize <= end) {
    const found = bytes.uint16(at);
    const size = bytes.uint64(at + 8);
    // Free space, object 0, counts its own header; objects do not, and are padded to 8 bytes.
    const step = found === 0 ? size : headerSize + Math.ceil(size / 8) * 8;
    if (step === 0 || at + step > end) throw damaged("impossible size in a heap", at);
    if (found !== 0 && !objects.has(found)) objects.set(found, { offset: at + headerSize, size });
    at += step;
  }
  return objects;
}
