/** What a thread other than JavaScript's own does: its part in plans. Bundled to be a program of its own; see thread-starter.ts. */
import { parentPort, workerData } from "node:worker_threads";
import type { Letter } from "../../plan/crew/thread.js";
import { serve } from "../../plan/member.js";
import { loadOrtApi } from "./ort-api.js";
import { OrtBlas } from "./ort-blas.js";
import { keyOfProduct } from "./product-key.js";
import type { ThreadData } from "./thread-starter.js";

const { products } = workerData as ThreadData;
const api = loadOrtApi();
serve(
  {
    receive: (handle) => parentPort?.on("message", (letter: Letter) => handle(letter)),
    post: (note) => parentPort?.postMessage(note),
    close: () => parentPort?.close(),
  },
  (memory) =>
    new OrtBlas(
      api,
      () => memory.buffer,
      (kind) => products[keyOfProduct(kind)] as Uint8Array,
    ),
);
