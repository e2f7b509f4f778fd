// Makes a process believe that the disk is full: after TRAZO_TEST_DISK_BYTES bytes written to files, every write fails.
// Used with node --import, where no small file system can be mounted.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

let left = Number(process.env.TRAZO_TEST_DISK_BYTES);
const take = (data) => {
  left -= typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
  if (left < 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
};

const { open } = fs.promises;
fs.promises.open = async (...args) => {
  const handle = await open(...args);
  const { writeFile } = handle;
  handle.writeFile = async (data, ...more) => {
    take(data);
    return await writeFile.call(handle, data, ...more);
  };
  return handle;
};
const { writeSync } = fs;
fs.writeSync = (descriptor, data, ...more) => {
  if (descriptor > 2) take(data);
  return writeSync(descriptor, data, ...more);
};
syncBuiltinESMExports();
