import type { Tensor } from "../../tensor.js";
import { arrays, type DType, sizeOf, type TypedArrayOf } from "../../typed-arrays.js";
import { koffi } from "./koffi.js";
import { type OrtFunctions, type Pointer, pointer } from "./ort-functions.js";

/** ONNXTensorElementDataType. */
const elementTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

const arraysOver: {
  readonly [D in DType]: {
    new (buffer: ArrayBuffer, byteOffset: number, length: number): TypedArrayOf[D];
    readonly BYTES_PER_ELEMENT: number;
  };
} = arrays;

/** Tensors to and from ONNX Runtime's values. */
export interface OrtTensors {
  /** Hands a value to `use` that stands for the tensor's own memory, whose address the library then knows. */
  withValue(tensor: Tensor, use: (value: Pointer) => void): void;
  copyOf(value: Pointer): Tensor;
  typeOf(value: Pointer): Pick<Tensor, "dtype" | "shape">;
}

/** @param memory says to the library that the tensors' data lie in the process's own memory */
export function ortTensors({ plain, checked, giving }: OrtFunctions, memory: Pointer): OrtTensors {
  const createValue = giving<Pointer>(
    "createTensorWithDataAsOrtValue",
    pointer,
    ...[pointer, pointer, "size_t", "int64_t *", "size_t", "int"],
  );
  const releaseValue = plain("releaseValue", "void", pointer);
  const addressOf = giving<Pointer>("getTensorMutableData", pointer, pointer);
  const typeAndShape = giving<Pointer>("getTensorTypeAndShape", pointer, pointer);
  const elementType = giving<number>("getTensorElementType", "int", pointer);
  const dimensionCount = giving<number>("getDimensionsCount", "size_t", pointer);
  const dimensions = checked("getDimensions", pointer, pointer, "size_t");
  const releaseTypeAndShape = plain("releaseTensorTypeAndShapeInfo", "void", pointer);

  function describe(value: Pointer): { dtype: DType; shape: number[] } {
    const info = typeAndShape(value);
    try {
      const sizes = new BigInt64Array(Number(dimensionCount(info)));
      dimensions(info, sizes, sizes.length);
      return { dtype: dtypeOf(elementType(info)), shape: Array.from(sizes, Number) };
    } finally {
      releaseTypeAndShape(info);
    }
  }

  return {
    withValue({ dtype, shape, data }, use) {
      const sizes = BigInt64Array.from(shape, BigInt);
      const value = createValue(memory, data, data.byteLength, sizes, sizes.length, elementTypes[dtype]);
      try {
        use(value);
      } finally {
        releaseValue(value);
      }
    },
    typeOf: describe,
    copyOf(value) {
      const { dtype, shape } = describe(value);
      const length = sizeOf(shape);
      const Data = arraysOver[dtype];
      // Nothing has no address.
      if (length === 0) return { dtype, shape, data: new Data(new ArrayBuffer(0), 0, 0) };
      const size = length * Data.BYTES_PER_ELEMENT;
      const bytes = koffi.decode(addressOf(value), "uint8_t", size) as Uint8Array<ArrayBuffer>;
      return { dtype, shape, data: new Data(bytes.buffer, bytes.byteOffset, length) };
    },
  };
}

function dtypeOf(elementType: number): DType {
  const found = Object.entries(elementTypes).find(([, number]) => number === elementType);
  if (!found) throw new Error(`An output has an element type (number ${elementType}) that is not supported.`);
  return found[0] as DType;
}
