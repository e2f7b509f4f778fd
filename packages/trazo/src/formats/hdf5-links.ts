import { damaged, type Hdf5Bytes, unsupported } from "./hdf5-bytes.js";

const entrySize = 40;

/**
 * The members of a group, by name, with the address of each: a tree of symbol tables, whose names lie in a heap ("Version 1
 * B-trees", III.A.1; "Group symbol table nodes", III.B; "Local heaps", III.D).
 *
 * @throws TrazoError where the tree contradicts itself
 */
export function readLinks(bytes: Hdf5Bytes, tree: number, heap: number): Map<string, number> {
  bytes.requireSignature(heap, "HEAP");
  const names = { start: bytes.uint64(heap + 24), size: bytes.uint64(heap + 8) };
  bytes.claim(heap, 32);
  bytes.claim(names.start, names.size);
  const links = new Map<string, number>();
  for (const table of symbolTables(bytes, tree)) {
    for (const [name, address] of entriesOf(bytes, table, names)) {
      if (links.has(name)) throw damaged(`two members of a group have the name "${name}"`, table);
      links.set(name, address);
    }
  }
  return links;
}

/** The addresses of a tree's leaves. A node's level is one above its children's, so the way down ends. */
function symbolTables(bytes: Hdf5Bytes, root: number): number[] {
  const seen = new Set<number>();
  const leavesBelow = (node: number, wantedLevel: number | undefined): number[] => {
    if (seen.has(node)) throw damaged("a tree of names leads back to itself", node);
    seen.add(node);
    bytes.requireSignature(node, "TREE");
    const level = bytes.uint8(node + 5);
    const isWrong = wantedLevel !== undefined && level !== wantedLevel;
    if (bytes.uint8(node + 4) !== 0 || isWrong) throw damaged("a tree of names has a wrong node", node);
    const count = bytes.uint16(node + 6);
    bytes.claim(node, 32 + count * 16);
    // Keys and children take turns, beginning with a key.
    const children = Array.from({ length: count }, (_, i) => bytes.uint64(node + 32 + i * 16));
    return level === 0 ? children : children.flatMap((child) => leavesBelow(child, level - 1));
  };
  return leavesBelow(root, undefined);
}

function* entriesOf(
  bytes: Hdf5Bytes,
  table: number,
  names: { readonly start: number; readonly size: number },
): Generator<readonly [name: string, address: number]> {
  bytes.requireSignature(table, "SNOD");
  const count = bytes.uint16(table + 6);
  bytes.claim(table, 8 + count * entrySize);
  for (let i = 0; i < count; i++) {
    const entry = table + 8 + i * entrySize;
    const name = bytes.uint64(entry);
    if (name >= names.size) throw damaged("a name lies outside of its heap", entry);
    if (bytes.uint32(entry + 16) === 2) throw unsupported("an HDF5 link to another place");
    yield [bytes.text(names.start + name, names.size - name), bytes.uint64(entry + 8)];
  }
}
