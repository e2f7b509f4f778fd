import { zipSync } from "fflate";

/** A zip archive of stored (not compressed) entries. Apart from reading, because its library takes long to load. */
export function writeZip(entries: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync(entries, { level: 0 });
}
