import { TrazoError } from "../errors.js";

/** An error about bytes that contradict the format. The code that opens the file puts its name before the message. */
export function damaged(what: string, offset: number): TrazoError {
  return new TrazoError(
    `the HDF5 file is damaged and cannot be read (${what}, at byte ${offset}). ` +
      "Copy or download it again, or restore it from a backup.",
  );
}

/** An error about what HDF5 can do and Keras's files never need. */
export function unsupported(what: string): TrazoError {
  return new TrazoError(
    `${what} is not supported. Keras writes none of this: open the file in Keras and save it from there.`,
  );
}

/**
 * How much may be read for each byte of a file, every access counting as `accessCost` bytes besides what it reads. Keras's files take
 * about 3, so only numbers and addresses that lie lead beyond it.
 */
const workPerByte = 32;
const accessCost = 8;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a file, little-endian. Whatever lies outside of them is damage, never a crash. */
export class Hdf5Bytes {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** By offset, how many bytes a structure takes. */
  readonly #claims = new Map<number, number>();
  /** How much may still be read, see `workPerByte`. */
  #workLeft: number;
  /** Bytes of arrays that were copied. */
  #copied = 0;

  constructor(bytes: Uint8Array) {
    // A Buffer's slice would be no copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.length;
    this.#workLeft = workPerByte * bytes.length;
  }

  /**
   * @throws TrazoError unless `size` bytes from `offset` on lie in the file, and when the file's own numbers make its reader come back
   *   to the same bytes again and again
   */
  require(offset: number, size: number): void {
    if (offset + size > this.length)
      throw damaged(`${size} bytes are expected beyond the end of the file`, offset);
    this.spend(size, offset);
  }

  /** Counts work that a number in the file asks for, before it is done. @throws TrazoError when it is out of proportion to the file */
  spend(size: number, offset: number): void {
    this.#workLeft -= size + accessCost;
    if (this.#workLeft < 0) throw damaged(`it names its ${this.length} bytes too many times`, offset);
  }

  /**
   * Notes that a structure or an array takes these bytes, for `requireDisjoint`.
   *
   * @throws TrazoError when they do not lie in the file, or begin where something of another size does
   */
  claim(offset: number, size: number): void {
    this.require(offset, size);
    const known = this.#claims.get(offset) ?? size;
    if (known !== size) throw damaged("two objects overlap", offset);
    if (size > 0) this.#claims.set(offset, size);
  }

  /** @throws TrazoError when two things that were read share bytes: then one of the addresses was wrong */
  requireDisjoint(): void {
    let end = 0;
    for (const [offset, size] of [...this.#claims].sort(([a], [b]) => a - b)) {
      if (offset < end) throw damaged("two objects share bytes", offset);
      end = offset + size;
    }
  }

  uint8(offset: number): number {
    this.require(offset, 1);
    return this.#view.getUint8(offset);
  }

  uint16(offset: number): number {
    this.require(offset, 2);
    return this.#view.getUint16(offset, true);
  }

  uint32(offset: number): number {
    this.require(offset, 4);
    return this.#view.getUint32(offset, true);
  }

  /** A 64-bit size or address, which must be one that a file can have. */
  uint64(offset: number): number {
    this.require(offset, 8);
    const value = this.#view.getBigUint64(offset, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(`impossible number ${value}`, offset);
    return Number(value);
  }

  /** An address; undefined where the format's "undefined address" (all bits set) stands. */
  address(offset: number): number | undefined {
    this.require(offset, 8);
    return this.#view.getBigUint64(offset, true) === 0xffff_ffff_ffff_ffffn ? undefined : this.uint64(offset);
  }

  /** A view of the file's own memory. */
  slice(offset: number, size: number): Uint8Array {
    this.require(offset, size);
    return this.#bytes.subarray(offset, offset + size);
  }

  /**
   * A copy, which begins where any typed array may begin.
   *
   * @throws TrazoError when the copies together are longer than the file: then several arrays are one and the same
   */
  copy(offset: number, size: number): ArrayBuffer {
    this.#copied += size;
    if (this.#copied > this.length) throw damaged("its arrays together are longer than the file", offset);
    return this.slice(offset, size).slice().buffer as ArrayBuffer;
  }

  /** @throws TrazoError unless the four letters of a structure stand there */
  requireSignature(offset: number, letters: string): void {
    const found = String.fromCharCode(...this.slice(offset, 4));
    if (found !== letters) throw damaged(`"${letters}" is expected`, offset);
  }

  /** UTF-8 text up to its first zero byte, or to the end of its place. */
  text(offset: number, size: number): string {
    if (offset + size > this.length)
      throw damaged(`${size} bytes are expected beyond the end of the file`, offset);
    const end = this.#bytes.subarray(offset, offset + size).indexOf(0);
    // A name in a heap ends long before its heap does.
    const bytes = this.slice(offset, end < 0 ? size : end);
    try {
      return utf8.decode(bytes);
    } catch {
      throw damaged("a text is not valid UTF-8", offset);
    }
  }
}
