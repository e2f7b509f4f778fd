import { create, toBinary } from "@bufbuild/protobuf";
import type { ValueInfoProto } from "onnx-buf";
import { intAttribute, irVersion, opset, protoNode } from "../onnx-format/proto.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import { valueInfo } from "../onnx-format/value-info.js";

/** A kind of matrix product: of any sizes, float32. */
export interface ProductKind {
  /** Stacks of matrices instead of two. */
  readonly stacked: boolean;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** y = a b + c instead of y = a b. Not for stacks. */
  readonly accumulate: boolean;
}

/** An ONNX model of a single product: `a` and `b` (and `c`) in, `y` out. Stacks need ONNX Runtime's own operator. */
export function productModel({ stacked, transposeA, transposeB, accumulate }: ProductKind): Uint8Array {
  const attributes = [intAttribute("transA", Number(transposeA)), intAttribute("transB", Number(transposeB))];
  const inputs = accumulate ? ["a", "b", "c"] : ["a", "b"];
  const node = protoNode(stacked ? "FusedMatMul" : "Gemm", inputs, ["y"], attributes);
  if (stacked) node.domain = "com.microsoft";
  const rank = stacked ? 3 : 2;
  return toBinary(
    onnxSchemas().Model,
    create(onnxSchemas().Model, {
      irVersion,
      producerName: "trazo",
      opsetImport: [
        { domain: "", version: opset },
        { domain: "com.microsoft", version: 1n },
      ],
      graph: create(onnxSchemas().Graph, {
        name: "product",
        node: [node],
        input: inputs.map((name) => matrices(name, rank)),
        output: [matrices("y", rank)],
      }),
    }),
  );
}

const matrices = (name: string, rank: number): ValueInfoProto =>
  valueInfo(
    name,
    "float32",
    Array.from({ length: rank }, (_, i) => `${name}${i}`),
  );
