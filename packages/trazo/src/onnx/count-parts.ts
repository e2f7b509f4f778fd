import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { TrazoError } from "../errors.js";

/** Two bytes of a file can make an object of some hundred: so many of them fit into memory, and into any sensible network. */
const mostParts = 500_000;
const deepest = 16;

/**
 * Counts the fields of a protocol buffer, those of the messages within it too, without making anything of them.
 *
 * @throws TrazoError when they are more than a network needs; others' errors when the buffer is damaged
 */
export function requireFewParts(bytes: Uint8Array, schema: DescMessage): void {
  const reader = new BinaryReader(bytes);
  let parts = 0;
  walk(schema, bytes.length, 0);

  function walk(message: DescMessage, end: number, depth: number): void {
    const within = new Map(message.fields.map((field) => [field.number, field.message]));
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      parts++;
      if (parts > mostParts || depth > deepest) {
        throw new TrazoError(
          `the file has more than ${mostParts.toLocaleString("en-US")} parts, or parts within parts more than ${deepest} deep.`,
        );
      }
      const inner = wireType === WireType.LengthDelimited ? within.get(number) : undefined;
      if (inner) walk(inner, endOf(reader.uint32(), end), depth + 1);
      else reader.skip(wireType, number);
    }
  }

  function endOf(length: number, outerEnd: number): number {
    if (reader.pos + length > outerEnd) throw new RangeError("a part ends behind the whole");
    return reader.pos + length;
  }
}
