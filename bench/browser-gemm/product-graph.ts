import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { operandShapes, repeatsOf, type Shape } from "./shapes.js";

const float32 = 1;
const int64 = 7;

/**
 * The same product so many times over, of matrices a and b that are fed once. Only the results' shapes are fetched, so that copying
 * does not count. To be run with optimizations off, since equal nodes would be computed once.
 */
export function productGraph(shape: Shape): Uint8Array {
  const { count = 1, transposeA = false, transposeB = false } = shape;
  const { a, b } = operandShapes(shape);
  const repeats = repeatsOf(shape);
  const nodes = Array.from({ length: repeats }, (_, i) => [
    create(NodeProtoSchema, {
      opType: count > 1 ? "FusedMatMul" : "Gemm",
      domain: count > 1 ? "com.microsoft" : "",
      input: ["a", "b"],
      output: [`y${i}`],
      attribute: [integer("transA", transposeA), integer("transB", transposeB)],
    }),
    create(NodeProtoSchema, { opType: "Shape", input: [`y${i}`], output: [`shape${i}`] }),
  ]).flat();
  const outputs = Array.from({ length: repeats }, (_, i) => value(`shape${i}`, [a.length], int64));
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [
        { domain: "", version: 17n },
        { domain: "com.microsoft", version: 1n },
      ],
      graph: create(GraphProtoSchema, {
        name: "products",
        node: nodes,
        input: [value("a", a), value("b", b)],
        output: outputs,
      }),
    }),
  );
}

const integer = (name: string, is: boolean) =>
  create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(is) });

const value = (name: string, shape: readonly number[], elemType = float32): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: "tensorType",
        value: create(TypeProto_TensorSchema, {
          elemType,
          shape: create(TensorShapeProtoSchema, {
            dim: shape.map((size) =>
              create(TensorShapeProto_DimensionSchema, { value: { case: "dimValue", value: BigInt(size) } }),
            ),
          }),
        }),
      },
    }),
  });
