import type { Answer, CommandName, Question, StudioEvent } from "../../protocol/messages.js";
import type { Refusal } from "../../protocol/refusals.js";

/** To the page's worker. A number identifies a question; its answer bears the same. */
export type ToWorker =
  | { readonly id: number; readonly question: Question }
  | { readonly id: number; readonly ping: true };

/** From the worker: how far the data have come, that it is ready, answers, and what it tells. */
export type FromWorker =
  | { readonly loaded: number; readonly total: number | undefined }
  | "ready"
  | { readonly id: number; readonly answer: Answer<CommandName> }
  | { readonly id: number; readonly refusal: Refusal }
  | { readonly failed: Refusal }
  | { readonly event: StudioEvent };
