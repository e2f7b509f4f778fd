/** Limits of the server, and who may use it. */
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
  /**
   * Names under which the server answers, besides `localhost`, the name that it listens on, and addresses in numbers. A name that
   * starts with a dot stands for all that end with it, e.g. `.example.com`. Requests for other names get 403. Default none.
   */
  readonly allowedHosts?: readonly string[] | undefined;
}

export type ServeSettings = { readonly [Name in keyof ServeOptions]-?: NonNullable<ServeOptions[Name]> };

const defaultServeSettings: ServeSettings = {
  maxBody: 4 * 1024 * 1024,
  timeout: 30,
  maxBatch: 64,
  maxImages: 256,
  maxWaiting: 4096,
  allowedHosts: [],
};

export function serveSettings(options: ServeOptions): ServeSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaultServeSettings, ...Object.fromEntries(given) };
}
