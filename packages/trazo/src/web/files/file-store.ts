/** Bytes by their paths, kept by the browser for the page's origin. */
export interface FileStore {
  /** @throws TrazoError when there is no such file */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** All of the file or nothing. Makes its folders. @throws TrazoError when it cannot be written, e.g. for want of room */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** No error when there is none. */
  remove(path: string): Promise<void>;
  /** The paths of all files, sorted. */
  list(): Promise<string[]>;
}
