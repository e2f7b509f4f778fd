import type { AttributeProto, AttributeProto_AttributeType as AttributeType, NodeProto } from "onnx-buf";
import { TrazoError } from "../errors.js";
import { attributeType, attributeTypeName } from "./attribute-type.js";

/** A node as error messages name it. */
export const nodeText = ({ opType, name, output }: NodeProto): string =>
  `${opType} "${name || (output[0] ?? "")}"`;

/** An attribute of integers; undefined where the node has none of that name. */
export const intsOf = (node: NodeProto, name: string): number[] | undefined =>
  attribute(node, name, attributeType.INTS)?.ints.map((value) => whole(value, node, name));

export function intOf(node: NodeProto, name: string): number | undefined {
  const found = attribute(node, name, attributeType.INT);
  return found && whole(found.i, node, name);
}

export function stringOf(node: NodeProto, name: string): string | undefined {
  const found = attribute(node, name, attributeType.STRING);
  return found && new TextDecoder().decode(found.s);
}

export function attribute(node: NodeProto, name: string, type: AttributeType): AttributeProto | undefined {
  const found = node.attribute.find((one) => one.name === name);
  if (!found || found.type === type) return found;
  throw new TrazoError(
    `${nodeText(node)}: its attribute ${name} is of type ${attributeTypeName(found.type)} instead of ` +
      `${attributeTypeName(type)}.`,
  );
}

function whole(value: bigint, node: NodeProto, name: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new TrazoError(`${nodeText(node)}: its attribute ${name} has the impossible value ${value}.`);
}
