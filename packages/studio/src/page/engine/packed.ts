/** What is known of a network, and its weights, in one file: JSON, then the weights one after another. */
export function packed(about: object, weights: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(
    JSON.stringify({ ...about, lengths: weights.map(({ length }) => length) }),
  );
  const padded = Math.ceil(text.length / 4) * 4;
  const bytes = new Uint8Array(4 + padded + weights.reduce((sum, { byteLength }) => sum + byteLength, 0));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let at = 4 + padded;
  for (const { buffer, byteOffset, byteLength } of weights) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** @throws an error of any kind when the file is damaged */
export function unpacked(bytes: Uint8Array<ArrayBuffer>): {
  readonly about: Readonly<Record<string, unknown>>;
  readonly weights: Float32Array[];
} {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const about = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as {
    readonly lengths: readonly number[];
  };
  let at = 4 + Math.ceil(length / 4) * 4;
  const weights = about.lengths.map((count) => {
    const values = new Float32Array(bytes.buffer, at, count).slice();
    at += 4 * count;
    return values;
  });
  return { about: { ...about }, weights };
}
