import type * as onnx from "onnx-buf";
import { onnxDescriptor } from "./descriptor.js";
import { fileDesc } from "./file-desc.js";

/** What `create`, `toBinary` and `fromBinary` need to know of the messages of an ONNX file. */
export interface OnnxSchemas {
  readonly Attribute: typeof onnx.AttributeProtoSchema;
  readonly Graph: typeof onnx.GraphProtoSchema;
  readonly Model: typeof onnx.ModelProtoSchema;
  readonly Node: typeof onnx.NodeProtoSchema;
  readonly StringStringEntry: typeof onnx.StringStringEntryProtoSchema;
  readonly Tensor: typeof onnx.TensorProtoSchema;
  readonly ValueInfo: typeof onnx.ValueInfoProtoSchema;
}

/** Built when first asked for: many programs that import the library never touch ONNX. */
export const onnxSchemas = (): OnnxSchemas => {
  built ??= build();
  return built;
};

let built: OnnxSchemas | undefined;

function build(): OnnxSchemas {
  const { messages } = fileDesc(onnxDescriptor);
  const schema = (name: keyof OnnxSchemas) =>
    messages.find(({ typeName }) => typeName === `onnx.${name}Proto`);
  return {
    Attribute: schema("Attribute"),
    Graph: schema("Graph"),
    Model: schema("Model"),
    Node: schema("Node"),
    StringStringEntry: schema("StringStringEntry"),
    Tensor: schema("Tensor"),
    ValueInfo: schema("ValueInfo"),
  } as OnnxSchemas;
}
