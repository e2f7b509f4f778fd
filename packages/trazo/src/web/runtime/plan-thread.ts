/** What a thread other than the caller's does in a browser: its part in plans. Bundled to be a program of its own; see thread-starter.ts. */
import type { Letter, Note } from "../../plan/crew/thread.js";
import { serve } from "../../plan/member.js";
import { WasmBlas } from "../../plan/wasm-blas.js";
import type { ThreadSettings } from "./thread-starter.js";

/** A dedicated worker's global object, as far as it is used. */
interface Scope {
  addEventListener(
    type: "message",
    listener: (event: { readonly data: Letter | ThreadSettings }) => void,
  ): void;
  postMessage(note: Note): void;
  close(): void;
}

const scope = globalThis as unknown as Scope;
/** Comes before all letters. */
let settings: ThreadSettings | undefined;

serve(
  {
    receive: (handle) =>
      scope.addEventListener("message", ({ data }) => {
        if ("kind" in data) handle(data);
        else settings = data;
      }),
    post: (note) => scope.postMessage(note),
    close: () => scope.close(),
  },
  (memory, scratch) => new WasmBlas(memory, scratch, { relaxed: settings?.relaxed === true }),
);
