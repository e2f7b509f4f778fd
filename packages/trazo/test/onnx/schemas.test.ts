import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DescMessage } from "@bufbuild/protobuf";
import * as onnx from "onnx-buf";
import { describe, expect, it } from "vitest";
import { attributeType } from "../../src/onnx-format/attribute-type.js";
import { onnxDescriptor } from "../../src/onnx-format/descriptor.js";
import { onnxSchemas } from "../../src/onnx-format/schemas.js";

const fieldsOf = ({ typeName, fields }: DescMessage) => [
  typeName,
  ...fields.map(({ number, localName }) => `${number} ${localName}`),
];

describe("the schemas of ONNX files", () => {
  it("are those of onnx-buf", () => {
    const source = readFileSync(fileURLToPath(import.meta.resolve("onnx-buf")), "utf8");
    expect(source).toContain(`fileDesc("${onnxDescriptor}")`);
    const built = onnxSchemas();
    expect(Object.values(built).map(fieldsOf)).toEqual(
      [
        onnx.AttributeProtoSchema,
        onnx.GraphProtoSchema,
        onnx.ModelProtoSchema,
        onnx.NodeProtoSchema,
        onnx.StringStringEntryProtoSchema,
        onnx.TensorProtoSchema,
        onnx.ValueInfoProtoSchema,
      ].map(fieldsOf),
    );
  });

  it("number the types of attributes as onnx-buf does", () => {
    const { AttributeProto_AttributeType: theirs } = onnx;
    expect(attributeType).toEqual(
      Object.fromEntries(Object.entries(theirs).filter(([, value]) => typeof value === "number")),
    );
  });
});
