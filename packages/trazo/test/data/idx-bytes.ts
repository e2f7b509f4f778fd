/** IDX files made for tests: magic (0, 0, type, rank), big-endian lengths, then the data as given. */
export function idxBytes(type: number, shape: readonly number[], data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, type, shape.length]);
  const view = new DataView(bytes.buffer);
  for (const [i, length] of shape.entries()) view.setUint32(4 + 4 * i, length);
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

/** A uint8 IDX file. */
export function idxOfBytes(shape: readonly number[], values: Iterable<number>): Uint8Array {
  return idxBytes(8, shape, Uint8Array.from(values));
}
