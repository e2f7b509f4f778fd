import { sizeOf } from "../tensor.js";
import { damaged, type Hdf5Bytes, unsupported } from "./hdf5-bytes.js";
import { type HeapObjects, heapObjects } from "./hdf5-heap.js";

/** How one value is stored. */
export type Hdf5Type =
  | { readonly kind: "float"; readonly size: 4 | 8 }
  | { readonly kind: "integer"; readonly size: 1 | 2 | 4 | 8; readonly signed: boolean }
  | { readonly kind: "fixed text"; readonly size: number }
  | { readonly kind: "text in a heap"; readonly size: 16 };

/** Class, version and properties of the two IEEE types, little-endian, byte for byte. */
const ieee: readonly (readonly [size: 4 | 8, bytes: readonly number[]])[] = [
  [4, [0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]],
  [8, [0x20, 0x3f, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0]],
];

/** Reads a datatype message ("Datatype", IV.A.2.d). */
export function readType(bytes: Hdf5Bytes, offset: number): Hdf5Type {
  const classAndVersion = bytes.uint8(offset);
  const flags = bytes.uint8(offset + 1);
  const size = bytes.uint32(offset + 4);
  switch (classAndVersion & 0x0f) {
    case 0:
      return integerType(bytes, offset, flags, size);
    case 1: {
      const described = bytes.slice(offset + 1, 19);
      const found = ieee.find(([, wanted]) => wanted.every((byte, i) => byte === described[i]));
      if (!found) throw unsupported("an HDF5 number that is not a little-endian float32 or float64");
      return { kind: "float", size: found[0] };
    }
    case 3:
      if (size === 0) throw damaged("texts of no bytes", offset);
      return { kind: "fixed text", size };
    case 9:
      if ((flags & 0x0f) !== 1 || size !== 16) throw unsupported("an HDF5 list of variable length");
      return { kind: "text in a heap", size: 16 };
    default:
      throw unsupported(`an HDF5 value of class ${classAndVersion & 0x0f}`);
  }
}

function integerType(bytes: Hdf5Bytes, offset: number, flags: number, size: number): Hdf5Type {
  const isWhole = bytes.uint16(offset + 8) === 0 && bytes.uint16(offset + 10) === size * 8;
  const isLittleEndian = (flags & 1) === 0;
  if (!isWhole || !isLittleEndian || (size !== 1 && size !== 2 && size !== 4 && size !== 8)) {
    throw unsupported("an HDF5 integer that is not little-endian with 8, 16, 32 or 64 bits");
  }
  return { kind: "integer", size, signed: (flags & 8) !== 0 };
}

/** Reads a dataspace message ("Dataspace", IV.A.2.b): the shape, `[]` for a single value. */
export function readShape(bytes: Hdf5Bytes, offset: number): number[] {
  const version = bytes.uint8(offset);
  const rank = bytes.uint8(offset + 1);
  if ((version !== 1 && version !== 2) || rank > 32) throw damaged("an impossible shape", offset);
  if (version === 2 && bytes.uint8(offset + 3) === 2) return [0];
  const first = offset + (version === 1 ? 8 : 4);
  const shape = Array.from({ length: rank }, (_, axis) => bytes.uint64(first + axis * 8));
  if (!Number.isSafeInteger(sizeOf(shape))) throw damaged("an impossible shape", offset);
  return shape;
}

/** Where values lie, and what they are. */
export interface StoredValues {
  readonly type: Hdf5Type;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** Numbers as float32; integers of 64 bits stay. */
export function readNumbers(
  bytes: Hdf5Bytes,
  { type, shape, offset }: StoredValues,
): Float32Array | BigInt64Array {
  if (type.kind !== "float" && type.kind !== "integer") throw unsupported("text in place of numbers");
  const memory = bytes.copy(offset, sizeOf(shape) * type.size);
  if (type.kind === "float")
    return type.size === 4 ? new Float32Array(memory) : Float32Array.from(new Float64Array(memory));
  if (type.size === 8) return new BigInt64Array(memory);
  const arrays = type.signed
    ? { 1: Int8Array, 2: Int16Array, 4: Int32Array }
    : { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
  return Float32Array.from(new arrays[type.size](memory));
}

/** Texts, one a value. */
export function readTexts(bytes: Hdf5Bytes, { type, shape, offset }: StoredValues): string[] {
  if (type.kind !== "fixed text" && type.kind !== "text in a heap")
    throw unsupported("numbers in place of text");
  const count = sizeOf(shape);
  bytes.require(offset, count * type.size);
  if (type.kind === "fixed text")
    return Array.from({ length: count }, (_, i) => bytes.text(offset + i * type.size, type.size));
  const heaps = new Map<number, HeapObjects>();
  let total = 0;
  return Array.from({ length: count }, (_, i) => {
    const text = textInHeap(bytes, offset + i * type.size, heaps);
    total += text.length;
    // Entries that all lead to the same long text would fill the memory.
    if (total > bytes.length) throw damaged("texts that are longer than the file", offset);
    return text;
  });
}

/** A length, then where the text lies: a heap's address and the number of an object in it. */
function textInHeap(bytes: Hdf5Bytes, offset: number, heaps: Map<number, HeapObjects>): string {
  const length = bytes.uint32(offset);
  const heap = bytes.address(offset + 4);
  const index = bytes.uint32(offset + 12);
  if (length === 0 || heap === undefined || heap === 0) return "";
  const objects = heaps.get(heap) ?? heapObjects(bytes, heap);
  heaps.set(heap, objects);
  const object = objects.get(index);
  if (!object) throw damaged(`a heap has no object ${index}`, heap);
  if (length > object.size) throw damaged("a text is longer than its place", offset);
  return bytes.text(object.offset, length);
}
