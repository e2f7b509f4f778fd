import { create } from "@bufbuild/protobuf";
import type { ValueInfoProto } from "onnx-buf";
import type { DType } from "../tensor.js";
import { elementType } from "./element-types.js";
import { onnxSchemas } from "./schemas.js";

/** What an ONNX file says of a tensor. @param shape sizes; a name is a size that is known when the model runs */
export const valueInfo = (name: string, dtype: DType, shape: readonly (number | string)[]): ValueInfoProto =>
  create(onnxSchemas().ValueInfo, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: elementType[dtype],
          shape: { dim: shape.map((size) => ({ value: sizeOf(size) })) },
        },
      },
    },
  });

const sizeOf = (size: number | string) =>
  typeof size === "number"
    ? { case: "dimValue" as const, value: BigInt(size) }
    : { case: "dimParam" as const, value: size };
