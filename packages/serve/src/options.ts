/** Limits of the server. */
export interface ServeOptions {
  /** Largest body in bytes. Default 4 MiB. */
  readonly maxBody?: number | undefined;
  /** Seconds that a request may take to arrive, and connections may take to end when the server stops. Default 30. */
  readonly timeout?: number | undefined;
  /** Most images in one inference. Default 64. */
  readonly maxBatch?: number | undefined;
  /** Most images in one request. Default 256. */
  readonly maxImages?: number | undefined;
  /** Most images that wait for their inference; requests with more get 503. Default 4096. */
  readonly maxWaiting?: number | undefined;
}

export type ServeSettings = { readonly [Name in keyof ServeOptions]-?: number };

export const defaultServeSettings: ServeSettings = {
  maxBody: 4 * 1024 * 1024,
  timeout: 30,
  maxBatch: 64,
  maxImages: 256,
  maxWaiting: 4096,
};

export function serveSettings(options: ServeOptions): ServeSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaultServeSettings, ...Object.fromEntries(given) };
}
