const signature = new TextEncoder().encode("GCOL");
const headerSize = 16;

/**
 * Where a global heap contradicts itself; undefined when none does. Strings of variable length lie in such heaps ("Global
 * heap" in the HDF5 file format specification, III.E). The HDF5 library steps from object to object by the sizes that it finds,
 * and an object of no size would keep it there for ever.
 *
 * @returns the offset of the object whose size cannot be
 */
export function damagedHeapObject(bytes: Uint8Array): number | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = file.indexOf(signature); start >= 0; start = file.indexOf(signature, start + 1)) {
    if (!isHeap(file, start)) continue;
    const damaged = damagedObject(file, start);
    if (damaged !== undefined) return damaged;
  }
  return undefined;
}

/** Signature, version 1, three zero bytes, the whole heap's size: what else looks like this is no heap. */
function isHeap(file: Buffer, start: number): boolean {
  return start + headerSize <= file.length && file.readUInt32LE(start + 4) === 1;
}

function damagedObject(file: Buffer, start: number): number | undefined {
  const end = BigInt(start) + file.readBigUInt64LE(start + 8);
  if (end > BigInt(file.length)) return start;
  let at = BigInt(start + headerSize);
  // What is shorter than a header at the end is unused.
  while (at + BigInt(headerSize) <= end) {
    const offset = Number(at);
    const isFreeSpace = file.readUInt16LE(offset) === 0;
    const size = file.readBigUInt64LE(offset + 8);
    // Free space counts its own header; objects do not, and are padded to 8 bytes.
    const step = isFreeSpace ? size : BigInt(headerSize) + ((size + 7n) & ~7n);
    if (step === 0n || at + step > end) return offset;
    at += step;
  }
  return undefined;
}
