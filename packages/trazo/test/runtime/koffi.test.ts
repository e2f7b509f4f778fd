import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const built = fileURLToPath(new URL("../../dist/", import.meta.url));

/** What a program prints in which koffi has already loaded a library: its settings are fixed from then on. */
function run(program: string): string {
  const whole = `
    import { createRequire } from "node:module";
    const koffi = createRequire(${JSON.stringify(`${built}index.js`)})("koffi");
    koffi.load(process.platform === "darwin" ? "libSystem.dylib" : process.platform === "win32" ? "kernel32.dll" : "libc.so.6");
    const { nodeRuntime } = await import(${JSON.stringify(`${built}index.js`)});
    ${program}`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", whole], { encoding: "utf8" }).stdout;
}

describe("in a program that has loaded another library through koffi", () => {
  it("the native binding works", () => {
    const printed = run(
      "const { name, notes } = await nodeRuntime({ threads: 1 }); console.log(name, notes);",
    );
    expect(printed).toMatch(/^ONNX Runtime \S+ cpu, 1 thread \[\]\n$/);
  });

  it("a runtime in the background is refused with the reason", () => {
    const printed = run(
      "await nodeRuntime({ background: true }).catch(({ message }) => console.log(message));",
    );
    expect(printed).toMatch(/loaded a library through koffi before.*create the runtime first/);
  });
});

describe("a library that cannot be loaded", () => {
  it("is replaced by the slower binding, and the reason is in the notes", () => {
    const printed = run(`
      const { default: fs } = await import("node:fs");
      fs.existsSync = () => false;
      (await import("node:module")).syncBuiltinESMExports();
      const { name, notes } = await nodeRuntime({ threads: 1 });
      console.log(name, ...notes);`);
    expect(printed).toMatch(
      /^onnxruntime-node .*called in a slower way, because its native binding failed: there is no ONNX Runtime library for/,
    );
  });
});
