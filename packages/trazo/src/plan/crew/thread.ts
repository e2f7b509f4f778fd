import type { SharedWebAssemblyMemory, WebAssemblyModule } from "../../kernels/webassembly.js";
import type { Program } from "../program/program.js";

/** A thread other than the caller's, as the platform has them. It calls `serve` of member.ts. */
export interface Thread {
  /** Sends something that can be cloned or shared. */
  post(letter: Letter): void;
  /** Whether the process is to live on for it. Where that is not for us to say it does nothing. */
  hold(isBusy: boolean): void;
  /** Ends it, whatever it is doing. */
  end(): void;
}

/**
 * Starts a thread.
 *
 * @param received told what it posts
 * @param failed told once why it ended, unless that was asked for
 */
export type StartThread = (received: (note: Note) => void, failed: (reason: string) => void) => Thread;

/** What a thread is told. All threads of a crew get the same letters, after the first. */
export type Letter =
  | {
      readonly kind: "start";
      readonly thread: number;
      readonly threads: number;
      readonly control: SharedArrayBuffer;
      /** Whether the caller has a part of its own in the runs. */
      readonly isJoined: boolean;
    }
  | {
      readonly kind: "memory";
      readonly memory: SharedWebAssemblyMemory;
      readonly kernels: WebAssemblyModule;
      /** Memory for the products, of each thread by its number. */
      readonly scratch: readonly number[];
    }
  | { readonly kind: "program"; readonly id: number; readonly program: Program }
  | {
      readonly kind: "stream";
      readonly id: number;
      readonly module: WebAssemblyModule;
    }
  | { readonly kind: "forget"; readonly id: number }
  | { readonly kind: "end" };

/** What a thread says: once that it is ready, and, where the caller has no part of its own, at the end of each run. */
export type Note = { readonly kind: "ready" } | { readonly kind: "done" };
