#!/usr/bin/env node
import module from "node:module";

// The code that Node.js compiles is kept, in the folder for temporary files, for the next start: from Node.js 22.8 on.
module.enableCompileCache?.();
await import("../dist/main.js");
