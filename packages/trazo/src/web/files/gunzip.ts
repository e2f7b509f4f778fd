import { TrazoError } from "../../errors.js";

/**
 * Unpacks gzip data by the browser's own means, off the thread where it can.
 *
 * @param name of the file, for the message
 * @throws TrazoError when they are damaged or cut off
 */
export async function gunzip(bytes: Uint8Array, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  try {
    return new Uint8Array(
      await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer(),
    );
  } catch (cause) {
    throw new TrazoError(`${name}: the gzip data are damaged or cut off. Fetch the file again.`, { cause });
  }
}
