import { keepCompiledCode } from "./compiled-code.js";

// The program of the local pool's processes.
keepCompiledCode();
await import("./make-runs.js");
