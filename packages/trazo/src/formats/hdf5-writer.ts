import { TrazoError } from "../errors.js";
import { leafLinks, type NewLink, nodeChildren, putLinks, setEntry } from "./hdf5-link-table.js";
import { attributeMessage, datasetMessages, hdf5Types, type NewMessage, putObject } from "./hdf5-messages.js";
import { messageKind } from "./hdf5-object.js";
import { Hdf5Space, nowhere } from "./hdf5-space.js";
import { NewTextHeap } from "./hdf5-text-heap.js";
import type { NamedTensor } from "./stored-weights.js";

type NewArray = Pick<NamedTensor, "shape" | "data">;
type Attribute = () => NewMessage;

/**
 * The bytes of an HDF5 file that `write` fills, in the layout that every version of Keras writes and reads: superblock 0, groups as symbol
 * tables, arrays in one piece. The same content gives the same bytes.
 */
export function writeHdf5(write: (root: NewHdf5Group) => void): Uint8Array {
  const heap = new NewTextHeap();
  const root = new NewHdf5Group("", heap);
  write(root);
  const space = new Hdf5Space();
  const superblock = space.take(96);
  heap.put(space);
  fillSuperblock(superblock, root.put(space), space.length);
  return space.whole();
}

/** A group of a file that is being made. */
export class NewHdf5Group {
  readonly #path: string;
  readonly #heap: NewTextHeap;
  readonly #attributes = new Map<string, Attribute>();
  readonly #members = new Map<string, NewHdf5Group | NewArray>();

  constructor(path: string, heap: NewTextHeap) {
    this.#path = path;
    this.#heap = heap;
  }

  /** Sets a text. @param encoding how it is labeled; it is written as UTF-8 anyway. Default `utf-8` */
  text(name: string, value: string, encoding: "utf-8" | "ascii" = "utf-8"): void {
    const reference = this.#heap.add(value);
    const type = encoding === "ascii" ? hdf5Types.ascii : hdf5Types.text;
    this.#attributes.set(name, () => attributeMessage(name, type, [], reference()));
  }

  /** Sets a list of texts, each in as many bytes as the longest one. An empty list is one of float64, as in Keras's files. */
  texts(name: string, values: readonly string[]): void {
    const letters = values.map((value) => new TextEncoder().encode(value));
    const size = Math.max(1, ...letters.map(({ length }) => length));
    const bytes = new Uint8Array(size * letters.length);
    for (const [i, text] of letters.entries()) bytes.set(text, i * size);
    const type = values.length === 0 ? hdf5Types.float64 : hdf5Types.fixed(size);
    this.#attributes.set(name, () => attributeMessage(name, type, [values.length], bytes));
  }

  /** The group of a path below this one. It is made, with those on the way, where it is not there yet. */
  group(path: string): NewHdf5Group {
    return partsOf(path).reduce((group, name) => group.#child(name), this as NewHdf5Group);
  }

  /** Sets an array at a path below this group; the groups on the way are made. */
  dataset(path: string, array: NewArray): void {
    const names = partsOf(path);
    const last = names.pop() ?? "";
    names.reduce((group, name) => group.#child(name), this as NewHdf5Group).#add(last, array);
  }

  /** Writes the group behind everything that it holds. */
  put(space: Hdf5Space): NewLink {
    const links = [...this.#members].map(([name, member]) =>
      member instanceof NewHdf5Group ? { ...member.put(space), name } : { name, at: putArray(space, member) },
    );
    const table = putLinks(space, links);
    const place = new DataView(new ArrayBuffer(16));
    place.setBigUint64(0, BigInt(table.tree), true);
    place.setBigUint64(8, BigInt(table.heap), true);
    const symbolTable = { kind: messageKind.symbolTable, bytes: new Uint8Array(place.buffer) };
    const attributes = [...this.#attributes.values()].map((message) => message());
    return { name: "", at: putObject(space, [symbolTable, ...attributes]), table };
  }

  #child(name: string): NewHdf5Group {
    const known = this.#members.get(name);
    if (known instanceof NewHdf5Group) return known;
    const group = new NewHdf5Group(`${this.#path}/${name}`, this.#heap);
    this.#add(name, group);
    return group;
  }

  #add(name: string, member: NewHdf5Group | NewArray): void {
    if (this.#members.has(name)) {
      throw new TrazoError(`An HDF5 file cannot hold two things under one name: ${this.#path}/${name}.`);
    }
    this.#members.set(name, member);
  }
}

const partsOf = (path: string): string[] => path.split("/").filter((name) => name !== "");

function putArray(space: Hdf5Space, { shape, data }: NewArray): number {
  const type = data instanceof BigInt64Array ? hdf5Types.int64 : hdf5Types.float32;
  const at = space.put(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return putObject(space, datasetMessages(type, shape, data.BYTES_PER_ELEMENT, at));
}

/** The superblock ("Disk format: level 0A", II.A). */
function fillSuperblock(
  { bytes, view }: { readonly bytes: Uint8Array; readonly view: DataView },
  { at, table }: NewLink,
  end: number,
): void {
  bytes.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
  // Addresses and sizes have 8 bytes.
  bytes.set([8, 8], 13);
  view.setUint16(16, leafLinks / 2, true);
  view.setUint16(18, nodeChildren / 2, true);
  view.setBigUint64(32, nowhere, true);
  view.setBigUint64(40, BigInt(end), true);
  view.setBigUint64(48, nowhere, true);
  setEntry(view, 56, 0, at, table);
}
