import { TrazoError } from "../../errors.js";
import { joined } from "../../joined.js";
import { requireKnownOptions } from "../../known-options.js";

/** How much of a file has come. */
export interface FetchProgress {
  /** Bytes, as they are after the transport's own compression. */
  readonly loaded: number;
  /** Bytes in all; undefined where the server does not say, or compresses for the transport. */
  readonly total: number | undefined;
}

/** Options of `fetchBytes`. */
export interface FetchBytesOptions {
  /** Told whenever something has come. Default: no one. */
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  /** Ends the download: the promise rejects with its reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `fetchBytes`, by name. */
export const fetchOptions = { onProgress: true, signal: true } as const;

/**
 * Fetches a file, telling how far it has come.
 *
 * @throws TrazoError naming the address when it cannot be fetched
 * @example
 * ```ts
 * import { fetchBytes, fromKeras } from "trazo/web";
 *
 * const bytes = await fetchBytes("/models/digits.keras", { onProgress: ({ loaded }) => console.log(loaded) });
 * const digits = await fromKeras(bytes);
 * ```
 */
export async function fetchBytes(
  url: string | URL,
  options: FetchBytesOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  requireKnownOptions(options, fetchOptions, "fetchBytes");
  const { onProgress, signal } = options;
  const response = await responseFrom(url, signal);
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const total = totalOf(response);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read().catch((cause: Error) => {
      throw signal?.aborted ? signal.reason : lost(url, cause);
    });
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    onProgress?.({ loaded, total });
  }
  return joined(chunks) as Uint8Array<ArrayBuffer>;
}

async function responseFrom(url: string | URL, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    throw signal?.aborted ? signal.reason : lost(url, cause as Error);
  }
  if (response.ok) return response;
  const reason = `${response.status} ${response.statusText}`.trim();
  throw new TrazoError(`Cannot fetch ${url}: the server answers ${reason}.`);
}

const lost = (url: string | URL, cause: Error): TrazoError =>
  new TrazoError(`Cannot fetch ${url}: ${cause.message}.`, { cause });

/** The length is that of what is sent, and what is read has been unpacked. */
function totalOf({ headers }: Response): number | undefined {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  return Number.isFinite(length) && !headers.get("content-encoding") ? length : undefined;
}
