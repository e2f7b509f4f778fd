import { sizeOf } from "../tensor.js";
import { damaged, type Hdf5Bytes, unsupported } from "./hdf5-bytes.js";
import { readLinks } from "./hdf5-links.js";
import { type Message, messageKind, readMessages } from "./hdf5-object.js";
import { readNumbers, readShape, readTexts, readType, type StoredValues } from "./hdf5-values.js";

/** An array in a file. */
export interface Hdf5Dataset {
  /** From the root, without a leading slash. */
  readonly path: string;
  readonly shape: readonly number[];
  /** Floats as float32; integers of 64 bits stay. @throws TrazoError when they are not numbers */
  read(): Float32Array | BigInt64Array;
}

/** A named set of groups and datasets. Read as far as it is asked. */
export class Hdf5Group {
  readonly path: string;
  readonly #bytes: Hdf5Bytes;
  readonly #messages: readonly Message[];
  #links: ReadonlyMap<string, number> | undefined;
  #attributes: ReadonlyMap<string, Attribute> | undefined;
  /** Members that were looked up, so that none is read again. */
  readonly #objects = new Map<string, FoundObject>();

  constructor(bytes: Hdf5Bytes, path: string, messages: readonly Message[]) {
    this.#bytes = bytes;
    this.path = path;
    this.#messages = messages;
  }

  /** Names of the members. */
  get names(): string[] {
    return [...this.#members.keys()];
  }

  /** The group of that path below this one, e.g. `layers/dense`; undefined when there is none. */
  group(path: string): Hdf5Group | undefined {
    return this.#find(path)?.group;
  }

  /** The dataset of that path below this group; undefined when there is none. */
  dataset(path: string): Hdf5Dataset | undefined {
    const found = this.#find(path);
    if (!found || !hasKind(found.messages, messageKind.layout)) return undefined;
    const stored = storedValues(this.#bytes, found.messages, found.path);
    return { path: found.path, shape: stored.shape, read: () => readNumbers(this.#bytes, stored) };
  }

  /** The texts of an attribute (one for a plain string); undefined when there is none, `[]` for an empty list of any type. */
  texts(attribute: string): string[] | undefined {
    const stored = this.#attribute(attribute);
    if (!stored) return undefined;
    // An empty list of names is written as an empty array of float64.
    return sizeOf(stored.shape) === 0 ? [] : readTexts(this.#bytes, stored);
  }

  /** Names of the attributes. */
  get attributeNames(): string[] {
    return [...this.#attributesByName.keys()];
  }

  #attribute(wanted: string): StoredValues | undefined {
    return this.#attributesByName.get(wanted)?.stored();
  }

  get #attributesByName(): ReadonlyMap<string, Attribute> {
    this.#attributes ??= attributesOf(this.#bytes, this.#messages);
    return this.#attributes;
  }

  #find(path: string): FoundObject | undefined {
    const names = path.split("/");
    const last = names.pop() as string;
    let group: Hdf5Group = this;
    for (const name of names) {
      const inner = group.#member(name)?.group;
      if (!inner) return undefined;
      group = inner;
    }
    return group.#member(last);
  }

  #member(name: string): FoundObject | undefined {
    const known = this.#objects.get(name);
    const address = this.#members.get(name);
    if (known || address === undefined) return known;
    const path = this.path ? `${this.path}/${name}` : name;
    const messages = readMessages(this.#bytes, address);
    const isGroup = hasKind(messages, messageKind.symbolTable);
    const found = { path, messages, group: isGroup ? new Hdf5Group(this.#bytes, path, messages) : undefined };
    this.#objects.set(name, found);
    return found;
  }

  get #members(): ReadonlyMap<string, number> {
    this.#links ??= membersOf(this.#bytes, this.#messages);
    return this.#links;
  }
}

interface FoundObject {
  readonly path: string;
  readonly messages: readonly Message[];
  /** Undefined for a dataset. */
  readonly group: Hdf5Group | undefined;
}

function attributesOf(bytes: Hdf5Bytes, messages: readonly Message[]): Map<string, Attribute> {
  if (hasKind(messages, messageKind.attributeInfo)) throw unsupported("HDF5's dense storage of attributes");
  const attributes = new Map<string, Attribute>();
  for (const { kind, offset, size } of messages) {
    if (kind !== messageKind.attribute) continue;
    const attribute = attributeAt(bytes, offset, size);
    if (!attributes.has(attribute.name)) attributes.set(attribute.name, attribute);
  }
  return attributes;
}

const hasKind = (messages: readonly Message[], kind: number): boolean =>
  messages.some((message) => message.kind === kind);

function membersOf(bytes: Hdf5Bytes, messages: readonly Message[]): ReadonlyMap<string, number> {
  if (hasKind(messages, messageKind.linkInfo) || hasKind(messages, messageKind.link)) {
    throw unsupported("HDF5's newer storage of groups");
  }
  const table = messages.find(({ kind }) => kind === messageKind.symbolTable);
  return table
    ? readLinks(bytes, bytes.uint64(table.offset), bytes.uint64(table.offset + 8))
    : new Map<string, number>();
}

/** Where a dataset's values lie ("Data layout", IV.A.2.i): in one piece, as Keras stores them. */
function storedValues(bytes: Hdf5Bytes, messages: readonly Message[], path: string): StoredValues {
  const place = (kind: number): number => {
    const message = messages.find((candidate) => candidate.kind === kind);
    if (!message) throw damaged(`the dataset ${path} is described in part only`, 0);
    return message.offset;
  };
  if (hasKind(messages, messageKind.filters)) throw unsupported(`the compressed dataset ${path}`);
  const type = readType(bytes, place(messageKind.datatype));
  const shape = readShape(bytes, place(messageKind.dataspace));
  const layout = place(messageKind.layout);
  if (bytes.uint8(layout) !== 3) throw unsupported(`the dataset ${path} with a layout of another version`);
  const size = sizeOf(shape) * type.size;
  const { offset, stored, isApart } = contentPlace(bytes, layout, path);
  if (size > 0 && offset === undefined) throw damaged(`the dataset ${path} has no values`, layout);
  if (isApart && offset !== undefined) bytes.claim(offset, size);
  if (stored !== size)
    throw damaged(`the dataset ${path} should have ${size} bytes, but has ${stored}`, layout);
  return { type, shape, offset: offset ?? 0 };
}

function contentPlace(
  bytes: Hdf5Bytes,
  layout: number,
  path: string,
): { offset: number | undefined; stored: number; isApart: boolean } {
  switch (bytes.uint8(layout + 1)) {
    case 0:
      return { offset: layout + 4, stored: bytes.uint16(layout + 2), isApart: false };
    case 1:
      return { offset: bytes.address(layout + 2), stored: bytes.uint64(layout + 10), isApart: true };
    default:
      throw unsupported(`the dataset ${path}, which is stored in chunks,`);
  }
}

interface Attribute {
  readonly name: string;
  /** Read when asked for: the types of all of them are never needed. */
  readonly stored: () => StoredValues;
}

/** An attribute message ("Attribute", IV.A.2.m): sizes, then name, type, shape and values one after the other. */
function attributeAt(bytes: Hdf5Bytes, offset: number, size: number): Attribute {
  const version = bytes.uint8(offset);
  if (version < 1 || version > 3) throw damaged("unknown version of an attribute", offset);
  if (version > 1 && bytes.uint8(offset + 1) !== 0) throw unsupported("an HDF5 attribute of a shared type");
  const padded = (length: number): number => (version === 1 ? Math.ceil(length / 8) * 8 : length);
  const nameAt = offset + (version === 3 ? 9 : 8);
  const typeAt = nameAt + padded(bytes.uint16(offset + 2));
  const shapeAt = typeAt + padded(bytes.uint16(offset + 4));
  const valuesAt = shapeAt + padded(bytes.uint16(offset + 6));
  if (valuesAt > offset + size) throw damaged("an attribute is longer than its message", offset);
  return {
    name: bytes.text(nameAt, bytes.uint16(offset + 2)),
    stored() {
      const [type, shape] = [readType(bytes, typeAt), readShape(bytes, shapeAt)];
      if (valuesAt + sizeOf(shape) * type.size > offset + size)
        throw damaged("an attribute is longer than its message", offset);
      return { type, shape, offset: valuesAt };
    },
  };
}
