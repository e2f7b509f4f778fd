import { type FileStore, indexedDb, opfs } from "trazo/web";

/** Where the browser keeps what was learned, on this device alone: in files, or, where it writes none (Safari before 26), in a database. */
export const ownFiles = (): FileStore =>
  typeof FileSystemFileHandle !== "undefined" && "createWritable" in FileSystemFileHandle.prototype
    ? opfs()
    : indexedDb("trazo-studio");
