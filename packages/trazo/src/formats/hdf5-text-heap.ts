import { aligned, type Hdf5Space } from "./hdf5-space.js";

/** The library reads as much of a heap at once. */
const leastBytes = 4096;
const headerBytes = 16;

/** Texts of any length, of which a file has one heap ("Global heap", III.E). */
export class NewTextHeap {
  readonly #texts: Uint8Array[] = [];
  #at = 0;

  /** @returns what refers to the text once the heap has its place: its length, the heap's address, and its number there */
  add(text: string): () => Uint8Array {
    const letters = new TextEncoder().encode(text);
    if (letters.length === 0) return () => new Uint8Array(16);
    const number = this.#texts.push(letters);
    return () => {
      const reference = new Uint8Array(16);
      const view = new DataView(reference.buffer);
      view.setUint32(0, letters.length, true);
      view.setBigUint64(4, BigInt(this.#at), true);
      view.setUint32(12, number, true);
      return reference;
    };
  }

  put(space: Hdf5Space): void {
    if (this.#texts.length === 0) return;
    const used = this.#texts.reduce((sum, { length }) => sum + headerBytes + aligned(length), headerBytes);
    const size = Math.max(leastBytes, used);
    const { at, bytes, view } = space.take(size);
    bytes.set(new TextEncoder().encode("GCOL\x01"));
    view.setBigUint64(8, BigInt(size), true);
    let offset = headerBytes;
    for (const [i, letters] of this.#texts.entries()) {
      view.setUint16(offset, i + 1, true);
      view.setBigUint64(offset + 8, BigInt(letters.length), true);
      bytes.set(letters, offset + headerBytes);
      offset += headerBytes + aligned(letters.length);
    }
    // What is free is an object of the number 0, where there is room for its header.
    if (size - offset >= headerBytes) view.setBigUint64(offset + 8, BigInt(size - offset), true);
    this.#at = at;
  }
}
