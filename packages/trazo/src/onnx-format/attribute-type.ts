import type { AttributeProto_AttributeType as AttributeType } from "onnx-buf";

/** ONNX's numbers for the types of attributes. */
export const attributeType = {
  UNDEFINED: 0,
  FLOAT: 1,
  INT: 2,
  STRING: 3,
  TENSOR: 4,
  GRAPH: 5,
  FLOATS: 6,
  INTS: 7,
  STRINGS: 8,
  TENSORS: 9,
  GRAPHS: 10,
  SPARSE_TENSOR: 11,
  SPARSE_TENSORS: 12,
  TYPE_PROTO: 13,
  TYPE_PROTOS: 14,
} as const satisfies Readonly<Record<keyof typeof AttributeType, number>>;

const names = new Map<number, string>(Object.entries(attributeType).map(([name, type]) => [type, name]));

/** The name that error messages use. */
export const attributeTypeName = (type: AttributeType): string => names.get(type) ?? String(type);
