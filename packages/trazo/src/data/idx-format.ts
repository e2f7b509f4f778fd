import { TrazoError } from "../errors.js";
import { sizeOf, type Tensor, tensor } from "../tensor.js";

/** What an IDX header says: four magic bytes (0, 0, type, rank), then one 32-bit length a dimension. */
export interface IdxHeader {
  readonly type: IdxType;
  readonly shape: readonly number[];
  /** Bytes before the data. */
  readonly headerBytes: number;
  readonly dataBytes: number;
}

interface IdxType {
  readonly name: string;
  readonly bytes: number;
  /** The data as a tensor; signed bytes and shorts become int32. */
  read(view: DataView, shape: readonly number[]): Tensor;
}

/** Type codes of the IDX format (LeCun's MNIST page); multi-byte values are big-endian. */
const types: Readonly<Record<number, IdxType>> = {
  8: { name: "uint8", bytes: 1, read: readUint8 },
  9: { name: "int8", bytes: 1, read: (view, shape) => readInt32(shape, (i) => view.getInt8(i)) },
  11: { name: "int16", bytes: 2, read: (view, shape) => readInt32(shape, (i) => view.getInt16(2 * i)) },
  12: { name: "int32", bytes: 4, read: (view, shape) => readInt32(shape, (i) => view.getInt32(4 * i)) },
  13: { name: "float32", bytes: 4, read: readFloat32 },
  14: { name: "float64", bytes: 8, read: readFloat64 },
};

const magicBytes = 4;
const maxRank = 8;

/** Header bytes of the largest rank that is read. */
export const maxHeaderBytes = magicBytes + 4 * maxRank;

/** Two GiB: more than any IDX set in use (EMNIST ByClass has 547 MB), and less than what one array can hold. */
const maxDataBytes = 2 ** 31;

/**
 * Reads an IDX header from the first bytes of a file.
 *
 * @param file named in error messages
 * @throws TrazoError for a wrong magic number, an unknown type, a truncated header, or dimensions beyond reason
 */
export function parseIdxHeader(bytes: Uint8Array, file: string): IdxHeader {
  if (bytes.length < magicBytes) {
    throw new TrazoError(
      `${file}: the IDX header is cut off at byte offset ${bytes.length}; an IDX file starts with 4 magic bytes.`,
    );
  }
  const [zero0, zero1, code, rank] = bytes as unknown as [number, number, number, number];
  if (zero0 !== 0 || zero1 !== 0) {
    throw new TrazoError(
      `${file}: not an IDX file: at byte offset 0 expected two zero bytes, found ${zero0} ${zero1}.`,
    );
  }
  const type = types[code];
  if (!type) {
    throw new TrazoError(
      `${file}: unknown IDX element type 0x${code.toString(16).padStart(2, "0")} at byte offset 2; ` +
        "known are 0x08 uint8, 0x09 int8, 0x0b int16, 0x0c int32, 0x0d float32 and 0x0e float64.",
    );
  }
  if (rank === 0 || rank > maxRank) {
    throw new TrazoError(`${file}: ${rank} dimensions at byte offset 3; from 1 to ${maxRank} can be read.`);
  }
  const headerBytes = magicBytes + 4 * rank;
  if (bytes.length < headerBytes) {
    throw new TrazoError(
      `${file}: the IDX header is cut off at byte offset ${bytes.length}; with ${rank} dimensions it has ${headerBytes} bytes.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(magicBytes + 4 * i));
  const dataBytes = sizeOf(shape) * type.bytes;
  if (dataBytes > maxDataBytes) {
    throw new TrazoError(
      `${file}: the dimensions [${shape.join(", ")}] at byte offset ${magicBytes} would need ${dataBytes} bytes of ` +
        `${type.name} data; at most ${maxDataBytes} can be read. The header is probably damaged.`,
    );
  }
  return { type, shape, headerBytes, dataBytes };
}

/**
 * Reads a whole uncompressed IDX file. uint8 data share memory with `bytes`.
 *
 * @param file named in error messages
 * @throws TrazoError as `parseIdxHeader` does, and when the data are cut off or followed by something
 */
export function decodeIdx(bytes: Uint8Array, file: string): Tensor {
  const { type, shape, headerBytes, dataBytes } = parseIdxHeader(bytes, file);
  const end = headerBytes + dataBytes;
  const promise = `the header promises ${type.name} data of shape [${shape.join(", ")}], up to byte offset ${end}`;
  if (bytes.length < end) {
    throw new TrazoError(`${file}: the data are cut off at byte offset ${bytes.length}; ${promise}.`);
  }
  if (bytes.length > end) {
    throw new TrazoError(`${file}: ${bytes.length - end} bytes too many at byte offset ${end}; ${promise}.`);
  }
  return type.read(new DataView(bytes.buffer, bytes.byteOffset + headerBytes, dataBytes), shape);
}

function readUint8(view: DataView, shape: readonly number[]): Tensor {
  return tensor("uint8", shape, new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength));
}

function readInt32(shape: readonly number[], valueAt: (index: number) => number): Tensor {
  const data = new Int32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = valueAt(i);
  return tensor("int32", shape, data);
}

function readFloat32(view: DataView, shape: readonly number[]): Tensor {
  const data = new Float32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(4 * i);
  return tensor("float32", shape, data);
}

function readFloat64(view: DataView, shape: readonly number[]): Tensor {
  const data = new Float64Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = view.getFloat64(8 * i);
  return tensor("float64", shape, data);
}
