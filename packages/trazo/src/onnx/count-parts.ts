import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { TrazoError } from "../errors.js";

/** Two bytes of a file can make an object of some hundred: this many fit into memory, and any sensible network has fewer. */
const mostParts = 500_000;
const deepest = 16;

/**
 * Counts the fields of a protocol buffer, those of the messages within it too, and each of the 64-bit numbers in a packed list, without
 * making anything of them.
 *
 * @throws TrazoError when they are more than a network needs; others' errors when the buffer is damaged
 */
export function requireFewParts(bytes: Uint8Array, schema: DescMessage): void {
  const reader = new BinaryReader(bytes);
  let parts = 0;
  walk(schema, bytes.length, 0);

  function walk(message: DescMessage, end: number, depth: number): void {
    const within = new Map(message.fields.map((field) => [field.number, field]));
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      const field = within.get(number);
      const inner = wireType === WireType.LengthDelimited ? field?.message : undefined;
      if (inner) {
        count(1, depth);
        walk(inner, endOf(reader.uint32(), end), depth + 1);
        continue;
      }
      const begin = reader.pos;
      reader.skip(wireType, number);
      const isPacked = wireType === WireType.LengthDelimited && field && isLongNumber(field);
      count(isPacked ? packedNumbers(bytes, begin, reader.pos) : 1, depth);
    }
  }

  function count(more: number, depth: number): void {
    parts += more;
    if (parts > mostParts || depth > deepest) {
      throw new TrazoError(
        `the file has more than ${mostParts.toLocaleString("en-US")} parts, or parts within parts more than ${deepest} deep.`,
      );
    }
  }

  function endOf(length: number, outerEnd: number): number {
    if (reader.pos + length > outerEnd) throw new RangeError("a part ends behind the whole");
    return reader.pos + length;
  }
}

/** Numbers of 64 bits become objects. Those of 32 bits and floats, such as weights, become plain numbers. */
const isLongNumber = ({ scalar }: DescField): boolean =>
  scalar === ScalarType.INT64 || scalar === ScalarType.UINT64 || scalar === ScalarType.SINT64;

/** How many numbers a packed list has: each ends with a byte whose highest bit is not set. The list's length, too, counts as one. */
function packedNumbers(bytes: Uint8Array, begin: number, end: number): number {
  let numbers = 0;
  for (let at = begin; at < end; at++) if ((bytes[at] as number) < 0x80) numbers++;
  return numbers;
}
