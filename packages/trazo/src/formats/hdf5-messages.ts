import { TrazoError } from "../errors.js";
import { sizeOf } from "../tensor.js";
import { messageKind } from "./hdf5-object.js";
import { aligned, type Hdf5Space, nowhere } from "./hdf5-space.js";

/** A message of an object's header. */
export interface NewMessage {
  readonly kind: number;
  readonly bytes: Uint8Array;
  /** Whether it never changes, which the format says of some. */
  readonly isConstant?: boolean | undefined;
}

/** Types of values ("Datatype", IV.A.2.d), byte for byte. */
export const hdf5Types = {
  float32: Uint8Array.of(0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0),
  float64: Uint8Array.of(0x11, 0x20, 0x3f, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 255, 3, 0, 0),
  int64: Uint8Array.of(0x10, 8, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0),
  /** A text in UTF-8 that lies in a heap. */
  text: Uint8Array.of(0x19, 1, 1, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0),
  /** The same, said to be ASCII, which h5py takes for UTF-8 all the same. */
  ascii: Uint8Array.of(0x19, 1, 0, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0),
  /** A text in UTF-8 of so many bytes, zeros after it. */
  fixed: (size: number): Uint8Array => {
    const type = Uint8Array.of(0x13, 0x11, 0, 0, 0, 0, 0, 0);
    new DataView(type.buffer).setUint32(4, size, true);
    return type;
  },
} as const;

/** A shape ("Dataspace", IV.A.2.b). */
function shapeBytes(shape: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 + 8 * shape.length);
  const view = new DataView(bytes.buffer);
  bytes.set([1, shape.length]);
  for (const [axis, size] of shape.entries()) view.setBigUint64(8 + 8 * axis, BigInt(size), true);
  return bytes;
}

/** The length of a message is a multiple of 8 that is written in 16 bits. */
const longestMessage = 0xfff8;

/**
 * An attribute ("Attribute", IV.A.2.m, version 1).
 *
 * @throws TrazoError when it is too long for the format
 */
export function attributeMessage(
  name: string,
  type: Uint8Array,
  shape: readonly number[],
  values: Uint8Array,
): NewMessage {
  const letters = new TextEncoder().encode(`${name}\0`);
  const parts = [letters, type, shapeBytes(shape)];
  const length = 8 + parts.reduce((sum, { length }) => sum + aligned(length), values.length);
  if (length > longestMessage) {
    throw new TrazoError(
      `The attribute "${name.slice(0, 100)}" of an HDF5 file would take ${length} bytes, but there is room for ${longestMessage}. ` +
        "Shorten the names that it holds.",
    );
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 1;
  let at = 8;
  for (const [i, part] of parts.entries()) {
    view.setUint16(2 + 2 * i, part.length, true);
    bytes.set(part, at);
    at += aligned(part.length);
  }
  bytes.set(values, at);
  return { kind: messageKind.attribute, bytes };
}

/** What an array in one piece is described by. */
export function datasetMessages(
  type: Uint8Array,
  shape: readonly number[],
  valueBytes: number,
  at: number,
): NewMessage[] {
  const size = sizeOf(shape) * valueBytes;
  const layout = new Uint8Array(18);
  const view = new DataView(layout.buffer);
  layout.set([3, 1]);
  view.setBigUint64(2, size === 0 ? nowhere : BigInt(at), true);
  view.setBigUint64(10, BigInt(size), true);
  return [
    { kind: messageKind.dataspace, bytes: shapeBytes(shape) },
    { kind: messageKind.datatype, bytes: type, isConstant: true },
    // Zeros, where nothing was written.
    { kind: messageKind.fillValue, bytes: Uint8Array.of(2, 2, 2, 1, 0, 0, 0, 0), isConstant: true },
    { kind: messageKind.layout, bytes: layout },
  ];
}

/** Writes an object's header ("Data object headers", IV.A.1.a). @returns its address */
export function putObject(space: Hdf5Space, messages: readonly NewMessage[]): number {
  const length = messages.reduce((sum, { bytes }) => sum + 8 + aligned(bytes.length), 0);
  const { at, bytes, view } = space.take(16 + length);
  bytes[0] = 1;
  view.setUint16(2, messages.length, true);
  view.setUint32(4, 1, true);
  view.setUint32(8, length, true);
  let offset = 16;
  for (const { kind, bytes: content, isConstant } of messages) {
    view.setUint16(offset, kind, true);
    view.setUint16(offset + 2, aligned(content.length), true);
    bytes[offset + 4] = isConstant ? 1 : 0;
    bytes.set(content, offset + 8);
    offset += 8 + aligned(content.length);
  }
  return at;
}
