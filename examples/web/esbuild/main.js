import * as trazo from "trazo";
import { train } from "../train.js";

// esbuild leaves this address alone: the worker is an entry point of its own, and lies beside this one.
train(trazo, () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
