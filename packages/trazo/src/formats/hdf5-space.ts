/** Where nothing lies, as the format has it. */
export const nowhere = 0xffff_ffff_ffff_ffffn;

const alignment = 8;

/** A number rounded up to where the next structure may begin. */
export const aligned = (size: number): number => Math.ceil(size / alignment) * alignment;

/** The pieces of a file that is written from its beginning to its end: each gets its address when its size is known. */
export class Hdf5Space {
  readonly #pieces: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #end = 0;

  /** Room for a structure, filled with zeros, and its address. */
  take(size: number): { readonly at: number; readonly bytes: Uint8Array; readonly view: DataView } {
    const bytes = new Uint8Array(aligned(size));
    return { at: this.put(bytes), bytes, view: new DataView(bytes.buffer) };
  }

  /** Puts bytes into the file that stay as they are until it is whole. @returns their address */
  put(bytes: Uint8Array): number {
    const at = this.#end;
    this.#pieces.push({ at, bytes });
    this.#end = at + aligned(bytes.length);
    return at;
  }

  /** How long the file is so far. */
  get length(): number {
    return this.#end;
  }

  whole(): Uint8Array {
    const file = new Uint8Array(this.#end);
    for (const { at, bytes } of this.#pieces) file.set(bytes, at);
    return file;
  }
}
