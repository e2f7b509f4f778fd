import { create } from "@bufbuild/protobuf";
import type { AttributeProto, NodeProto, TensorProto } from "onnx-buf";
import type { Tensor } from "../tensor.js";
import { attributeType } from "./attribute-type.js";
import { elementType } from "./element-types.js";
import { onnxSchemas } from "./schemas.js";

/** Opset 17 is read by every ONNX Runtime since 1.12 and by onnxruntime-web. */
export const opset = 17n;
export const irVersion = 8n;

/** A node named after its operator and first output, as viewers show it. */
export function protoNode(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly AttributeProto[] = [],
): NodeProto {
  return create(onnxSchemas().Node, {
    opType,
    name: `${opType}:${output[0]}`,
    input: [...input],
    output: [...output],
    attribute: [...attribute],
  });
}

export const intAttribute = (name: string, value: number): AttributeProto =>
  create(onnxSchemas().Attribute, { name, type: attributeType.INT, i: BigInt(value) });

export const floatAttribute = (name: string, value: number): AttributeProto =>
  create(onnxSchemas().Attribute, { name, type: attributeType.FLOAT, f: value });

export const intsAttribute = (name: string, values: readonly number[]): AttributeProto =>
  create(onnxSchemas().Attribute, { name, type: attributeType.INTS, ints: values.map((i) => BigInt(i)) });

export const stringAttribute = (name: string, value: string): AttributeProto =>
  create(onnxSchemas().Attribute, { name, type: attributeType.STRING, s: new TextEncoder().encode(value) });

export const protoTensor = (name: string, { dtype, shape, data }: Tensor): TensorProto =>
  rawTensor(name, elementType[dtype], shape, data);

/** A tensor of any element type, its content as the bytes of an array. */
export function rawTensor(
  name: string,
  dataType: number,
  shape: readonly number[],
  { buffer, byteOffset, byteLength }: ArrayBufferView,
): TensorProto {
  return create(onnxSchemas().Tensor, {
    name,
    dataType,
    dims: shape.map((dim) => BigInt(dim)),
    rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  });
}
