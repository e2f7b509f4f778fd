import { fetchBytes } from "trazo/web";

const cacheName = "trazo-data";

/** A file that is fetched once and then kept by the browser, so that it is there without a connection. */
export async function cachedBytes(
  url: URL,
  onProgress: (loaded: number, total: number | undefined) => void,
): Promise<Uint8Array> {
  // There are no caches in pages that are not secure.
  const cache = "caches" in globalThis ? await caches.open(cacheName).catch(() => undefined) : undefined;
  const kept = await cache?.match(url);
  if (kept) return new Uint8Array(await kept.arrayBuffer());
  const bytes = await fetchBytes(url, { onProgress: ({ loaded, total }) => onProgress(loaded, total) });
  // Nobody waits for it. Without room for it, it is fetched again next time.
  cache?.put(url, new Response(bytes as Uint8Array<ArrayBuffer>)).catch(() => undefined);
  return bytes;
}
