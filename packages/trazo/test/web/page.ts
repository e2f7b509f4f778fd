import { layers, optimizers, sequential, tensor, webRuntime } from "../../src/web/index.js";
import { trained } from "./trained.js";

Object.assign(globalThis, {
  ready: true,
  train: (kind: "convolutions" | "normalized") =>
    trained({ layers, optimizers, sequential, tensor }, kind, webRuntime()),
});
