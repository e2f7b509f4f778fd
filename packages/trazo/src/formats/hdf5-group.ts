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
  /** Floats as float32; integers of 64 bits stay. @throws TrazoError when they are no numbers */
  read(): Float32Array | BigInt64Array;
}

/** A named set of groups and datasets. Read as far as it is asked. */
export class Hdf5Group {
  readonly path: string;
  readonly #bytes: Hdf5Bytes;
  readonly #messages: readonly Message[];
  #links: ReadonlyMap<string, number> | undefined;

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
    const found = this.#find(path);
    return found && hasKind(found.messages, messageKind.symbolTable)
      ? new Hdf5Group(this.#bytes, found.path, found.messages)
      : undefined;
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
    return this.#attributes.map(({ name }) => name);
  }

  #attribute(wanted: string): StoredValues | undefined {
    return this.#attributes.find(({ name }) => name === wanted)?.stored();
  }

  get #attributes(): readonly Attribute[] {
    if (hasKind(this.#messages, messageKind.attributeInfo)) {
      throw unsupported("HDF5's dense storage of attributes");
    }
    return this.#messages
      .filter(({ kind }) => kind === messageKind.attribute)
      .map(({ offset, size }) => attributeAt(this.#bytes, offset, size));
  }

  #find(path: string): { path: string; messages: readonly Message[] } | undefined {
    const [name = "", ...rest] = path.split("/");
    const address = this.#members.get(name);
    if (address === undefined) return undefined;
    const full = this.path ? `${this.path}/${name}` : name;
    const messages = readMessages(this.#bytes, address);
    if (rest.length === 0) return { path: full, messages };
    if (!hasKind(messages, messageKind.symbolTable)) return undefined;
    return new Hdf5Group(this.#bytes, full, messages).#find(rest.join("/"));
  }

  get #members(): ReadonlyMap<string, number> {
    this.#links ??= membersOf(this.#bytes, this.#messages);
    return this.#links;
  }
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
  /** Read when asked for: nobody needs the types of all of them. */
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
