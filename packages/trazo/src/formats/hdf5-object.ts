import { damaged, type Hdf5Bytes, unsupported } from "./hdf5-bytes.js";

/** A piece of what an object (a group or a dataset) says of itself: its kind, and where its content lies. */
export interface Message {
  readonly kind: number;
  readonly offset: number;
  readonly size: number;
}

/** The kinds of messages that Keras's files hold ("Data object header messages", IV.A.2). */
export const messageKind = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  fillValue: 0x05,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

const prefixSize = 16;
const messageHeaderSize = 8;

/** The messages of an object header of version 1 ("Data object headers", IV.A.1.a). */
export function readMessages(bytes: Hdf5Bytes, address: number): Message[] {
  if (String.fromCharCode(...bytes.slice(address, 4)) === "OHDR") {
    throw unsupported("HDF5's newer layout (object headers of version 2)");
  }
  if (bytes.uint8(address) !== 1) throw damaged("unknown version of an object header", address);
  const count = bytes.uint16(address + 2);
  const blocks = [{ offset: address + prefixSize, size: bytes.uint32(address + 8) }];
  bytes.claim(address, prefixSize);
  const begun = new Set<number>();
  const messages: Message[] = [];
  for (let block = blocks.shift(); block && messages.length < count; block = blocks.shift()) {
    if (begun.has(block.offset)) throw damaged("an object header leads back to itself", block.offset);
    begun.add(block.offset);
    for (const message of messagesOf(bytes, block.offset, block.size, count - messages.length)) {
      messages.push(message);
      if (message.kind === messageKind.continuation) {
        blocks.push({ offset: bytes.uint64(message.offset), size: bytes.uint64(message.offset + 8) });
      }
    }
  }
  if (messages.length < count)
    throw damaged(`${count - messages.length} messages of an object are missing`, address);
  return messages;
}

function messagesOf(bytes: Hdf5Bytes, start: number, length: number, atMost: number): Message[] {
  bytes.claim(start, length);
  const messages: Message[] = [];
  let at = start;
  while (at + messageHeaderSize <= start + length && messages.length < atMost) {
    const kind = bytes.uint16(at);
    const size = bytes.uint16(at + 2);
    const isShared = (bytes.uint8(at + 4) & 2) !== 0;
    if (isShared) throw unsupported("an HDF5 message that is shared between objects");
    const offset = at + messageHeaderSize;
    if (offset + size > start + length) throw damaged("a message is longer than its object", at);
    messages.push({ kind, offset, size });
    at = offset + size;
  }
  return messages;
}
