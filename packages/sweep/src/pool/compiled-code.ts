import module from "node:module";

/** Has Node.js keep the code that it compiles from now on, in the folder for temporary files, for the next process. From Node.js 22.8 on. */
export function keepCompiledCode(): void {
  if ("enableCompileCache" in module && typeof module.enableCompileCache === "function") {
    module.enableCompileCache();
  }
}
