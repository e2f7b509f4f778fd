import { create, toBinary } from "@bufbuild/protobuf";
import type { ValueInfoProto } from "onnx-buf";
import { irVersion, opset, protoNode } from "../onnx-format/proto.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import { valueInfo } from "../onnx-format/value-info.js";
import type { DType } from "../tensor.js";

/** An ONNX model that gives what it takes, `x` as `y`: where the two are in different memories it moves a tensor. */
export const transferModel = (dtype: DType, rank: number): Uint8Array =>
  toBinary(
    onnxSchemas().Model,
    create(onnxSchemas().Model, {
      irVersion,
      producerName: "trazo",
      opsetImport: [{ domain: "", version: opset }],
      graph: create(onnxSchemas().Graph, {
        name: "transfer",
        node: [protoNode("Identity", ["x"], ["y"])],
        input: [anySize("x", dtype, rank)],
        output: [anySize("y", dtype, rank)],
      }),
    }),
  );

/** Of any size. */
const anySize = (name: string, dtype: DType, rank: number): ValueInfoProto =>
  valueInfo(
    name,
    dtype,
    Array.from({ length: rank }, (_, axis) => `size${axis}`),
  );
