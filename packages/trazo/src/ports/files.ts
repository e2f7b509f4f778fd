import type { StateFolder } from "./state-folder.js";

/** Files by their paths. */
export interface Files {
  /**
   * The path of a file or folder that is given as a path or URL.
   *
   * @param what names the value in errors
   * @throws TrazoError for anything that is not a path here
   */
  path(given: string | URL, what: string): string;
  /** @throws TrazoError naming the file when it cannot be read */
  read(path: string | URL): Promise<Uint8Array>;
  /** Writes all of a file or nothing; makes its folder. @throws TrazoError naming the file when it cannot be written */
  write(path: string, bytes: Uint8Array): Promise<void>;
  exists(path: string): boolean;
  /**
   * Locks a folder of states.
   *
   * @param print told when another process's lock has to be waited for, or is taken over
   * @throws TrazoError when another process uses it
   */
  openStateFolder(path: string, print: (text: string) => void): Promise<StateFolder>;
}
