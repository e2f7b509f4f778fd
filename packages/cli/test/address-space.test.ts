import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

it.skipIf(process.platform === "win32")(
  "commands that write no HDF5 file run in 8 GB of address space",
  () => {
    const shell = 'ulimit -v 8000000 && exec "$0" "$1" summary';
    const { status, stdout, stderr } = spawnSync("sh", ["-c", shell, process.execPath, program], {
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Trainable params");
  },
);
