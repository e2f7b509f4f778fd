import { aligned, type Hdf5Space, nowhere } from "./hdf5-space.js";

/** A member of a group. */
export interface NewLink {
  readonly name: string;
  readonly at: number;
  /** Where a group's own links are: kept beside its address. */
  readonly table?: LinkTable | undefined;
}

/** Where a group's links are. */
export interface LinkTable {
  readonly tree: number;
  readonly heap: number;
}

/** Links of a leaf, and children of a node of the tree: twice the numbers that the superblock says. */
export const [leafLinks, nodeChildren] = [8, 32];

const entryBytes = 40;

/** A part of the links, and the greatest name among them, by its place in the heap. */
interface Subtree {
  readonly at: number;
  readonly greatest: number;
}

/** Writes a group's links, sorted by their names: a heap of names, leaves, and the tree above them (III.A, III.B, III.D). */
export function putLinks(space: Hdf5Space, links: readonly NewLink[]): LinkTable {
  const encoder = new TextEncoder();
  const named = links
    .map((link) => ({ ...link, letters: encoder.encode(link.name) }))
    .sort((a, b) => compared(a.letters, b.letters));
  let end = alignedName(0);
  const placed = named.map((link) => {
    const name = end;
    end += alignedName(link.letters.length);
    return { ...link, nameAt: name };
  });
  const names = new Uint8Array(end);
  for (const { letters, nameAt } of placed) names.set(letters, nameAt);
  const heap = putHeap(space, names);
  const leaves = groupsOf(placed, leafLinks).map((some) => putLeaf(space, some));
  // An empty group has a tree, too, without a leaf.
  let level = putLevel(space, leaves.length > 0 ? groupsOf(leaves, nodeChildren) : [[]], 0);
  for (let height = 1; level.length > 1; height++) {
    level = putLevel(space, groupsOf(level, nodeChildren), height);
  }
  return { tree: (level[0] as Subtree).at, heap };
}

/** With the zero at its end. */
const alignedName = (letters: number): number => aligned(letters + 1);

/** As C compares texts. */
function compared(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const groupsOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

function putHeap(space: Hdf5Space, names: Uint8Array): number {
  const data = space.put(names);
  const { at, bytes, view } = space.take(32);
  bytes.set(signature("HEAP"));
  view.setBigUint64(8, BigInt(names.length), true);
  // Nothing in it is free, which the number 1 says.
  view.setBigUint64(16, 1n, true);
  view.setBigUint64(24, BigInt(data), true);
  return at;
}

function putLeaf(space: Hdf5Space, links: readonly (NewLink & { readonly nameAt: number })[]): Subtree {
  const { at, bytes, view } = space.take(8 + leafLinks * entryBytes);
  bytes.set(signature("SNOD"));
  bytes[4] = 1;
  view.setUint16(6, links.length, true);
  for (const [i, { nameAt, at: object, table }] of links.entries()) {
    setEntry(view, 8 + i * entryBytes, nameAt, object, table);
  }
  return { at, greatest: links.at(-1)?.nameAt ?? 0 };
}

/** An entry of a symbol table (III.C). */
export function setEntry(
  view: DataView,
  offset: number,
  nameAt: number,
  object: number,
  table: LinkTable | undefined,
): void {
  view.setBigUint64(offset, BigInt(nameAt), true);
  view.setBigUint64(offset + 8, BigInt(object), true);
  if (!table) return;
  view.setUint32(offset + 16, 1, true);
  view.setBigUint64(offset + 24, BigInt(table.tree), true);
  view.setBigUint64(offset + 32, BigInt(table.heap), true);
}

/** Nodes side by side, each of which knows the ones beside it. */
function putLevel(space: Hdf5Space, groups: readonly (readonly Subtree[])[], height: number): Subtree[] {
  const nodes = groups.map((children) => ({ children, ...space.take(24 + 8 * (2 * nodeChildren + 1)) }));
  return nodes.map(({ children, at, bytes, view }, i) => {
    const beside = (node: (typeof nodes)[number] | undefined): bigint => (node ? BigInt(node.at) : nowhere);
    bytes.set(signature("TREE"));
    bytes[5] = height;
    view.setUint16(6, children.length, true);
    view.setBigUint64(8, beside(nodes[i - 1]), true);
    view.setBigUint64(16, beside(nodes[i + 1]), true);
    const before = nodes[i - 1]?.children.at(-1)?.greatest ?? 0;
    view.setBigUint64(24, BigInt(before), true);
    for (const [k, child] of children.entries()) {
      view.setBigUint64(32 + 16 * k, BigInt(child.at), true);
      view.setBigUint64(40 + 16 * k, BigInt(child.greatest), true);
    }
    return { at, greatest: children.at(-1)?.greatest ?? 0 };
  });
}

/** What a structure begins with. */
const signature = (letters: string): Uint8Array => new TextEncoder().encode(letters);
