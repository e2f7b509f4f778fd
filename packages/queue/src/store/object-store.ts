/** Named bytes on a disk or behind a network. Each object is written whole or not at all. */
export interface ObjectStore {
  /** As it was given, e.g. `s3://bucket/prefix`, for messages and to tell one store from another. */
  readonly name: string;
  /** Whether there is an object of this name. */
  has(key: string): Promise<boolean>;
  /**
   * An object's bytes; undefined when there is none of this name.
   *
   * @throws TrazoError when the store cannot be reached or refuses
   */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Writes an object, in place of an older one of this name.
   *
   * @throws TrazoError when the store cannot be reached or refuses, or there is no room
   */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /**
   * Removes an object. One that is not there is no error.
   *
   * @throws TrazoError when the store cannot be reached or refuses
   */
  remove(key: string): Promise<void>;
  /** Frees connections. Safe to call twice. */
  close(): void;
}
