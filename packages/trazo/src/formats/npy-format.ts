import { TrazoError } from "../errors.js";
import { type DType, newArray, sizeOf, type Tensor, type TypedArrayOf } from "../tensor.js";

const magic = "\x93NUMPY";

/** Element types: NumPy's letter and bytes, Trazo's type, and how one is read. */
interface Element {
  readonly bytes: number;
  readonly dtype: DType;
  read(view: DataView, at: number, isLittle: boolean): number | bigint;
}

const elements: Readonly<Record<string, Element>> = {
  b1: { bytes: 1, dtype: "bool", read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  u1: { bytes: 1, dtype: "uint8", read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, dtype: "int32", read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, dtype: "int32", read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  i2: { bytes: 2, dtype: "int32", read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  u4: { bytes: 4, dtype: "int64", read: (view, at, isLittle) => BigInt(view.getUint32(at, isLittle)) },
  i4: { bytes: 4, dtype: "int32", read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  i8: { bytes: 8, dtype: "int64", read: (view, at, isLittle) => view.getBigInt64(at, isLittle) },
  f2: { bytes: 2, dtype: "float32", read: (view, at, isLittle) => halfOf(view.getUint16(at, isLittle)) },
  f4: { bytes: 4, dtype: "float32", read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  f8: { bytes: 8, dtype: "float64", read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
};

/** IEEE 754's binary16. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** What the header of a .npy file says. */
interface Header {
  readonly element: Element;
  readonly isLittle: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly start: number;
}

/**
 * Decodes a .npy file (NumPy's "A simple file format for NumPy arrays", versions 1 to 3).
 *
 * @param file named in error messages
 * @throws TrazoError when it is not such a file, is damaged, or holds other things than numbers
 */
export function decodeNpy(bytes: Uint8Array, file: string): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { element, isLittle, isFortran, shape, start } = readHeader(view, bytes, file);
  const count = sizeOf(shape);
  const expected = start + count * element.bytes;
  if (!Number.isSafeInteger(count) || bytes.length !== expected) {
    throw new TrazoError(
      `${file} is damaged: its header promises an array of shape [${shape.join(", ")}], ${expected} bytes in all, but the file has ` +
        `${bytes.length}.`,
    );
  }
  const data = newArray(element.dtype, count);
  for (let i = 0; i < count; i++) data[i] = element.read(view, start + i * element.bytes, isLittle) as never;
  return { dtype: element.dtype, shape, data: isFortran ? rowMajor(data, shape) : data };
}

function readHeader(view: DataView, bytes: Uint8Array, file: string): Header {
  if (bytes.length < 10 || text(bytes, 0, 6) !== magic) throw new TrazoError(`${file} is not a .npy file.`);
  const version = view.getUint8(6);
  if (version < 1 || version > 3)
    throw new TrazoError(`${file} is a .npy file of the unknown version ${version}.`);
  if (version > 1 && bytes.length < 12) throw new TrazoError(`${file} is damaged: its header is cut off.`);
  const [length, at] = version === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  const start = at + length;
  if (start > bytes.length) throw new TrazoError(`${file} is damaged: its header is cut off.`);
  const header = text(bytes, at, start);
  const descr = /'descr':\s*'([<>|=]?)(\w+)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  const shape = /'shape':\s*\(((?:\d+\s*,?\s*)*)\)/.exec(header);
  if (!order || !shape) throw new TrazoError(`${file} is damaged: its header cannot be read.`);
  const element =
    descr && Object.hasOwn(elements, descr[2] as string) ? elements[descr[2] as string] : undefined;
  if (!element) {
    const given = /'descr':\s*('[^']*'|\[)/.exec(header)?.[1] ?? "an unknown type";
    throw new TrazoError(
      `${file} holds ${given === "[" ? "records" : given}, which is not supported. Numbers and booleans are: ` +
        `${Object.keys(elements).join(", ")}.`,
    );
  }
  return {
    element,
    isLittle: descr?.[1] !== ">",
    isFortran: order[1] === "True",
    shape: (shape[1] as string)
      .split(",")
      .filter((dim) => dim.trim() !== "")
      .map(Number),
    start,
  };
}

const text = (bytes: Uint8Array, from: number, to: number): string =>
  Array.from(bytes.subarray(from, to), (byte) => String.fromCharCode(byte)).join("");

/** Column-major values in row-major order. */
function rowMajor<D extends DType>(data: TypedArrayOf[D], shape: readonly number[]): TypedArrayOf[D] {
  const ordered = data.slice() as TypedArrayOf[D];
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    ordered[to] = data[from] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      from += strides[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      from -= (shape[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return ordered;
}
