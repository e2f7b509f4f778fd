import type { Answer, Ask, CommandName, StudioEvent } from "../../protocol/messages.js";
import type { Refusal } from "../../protocol/refusals.js";

/** The engine, wherever it runs: in the server's process or in the page. */
export interface EngineLink {
  /** @throws Refused when the engine refuses, or cannot be reached */
  ask<Name extends CommandName>(command: Name, ask: Ask<Name>): Promise<Answer<Name>>;
  /** Starts an engine that could not be started. Undefined where that happens elsewhere. */
  retry?(): void;
}

export interface EngineListener {
  /** The engine can be asked; also when it was found again. */
  onOpen(): void;
  /** It cannot be reached for now. */
  onLost(): void;
  /** Bytes of the data that have come, and how many there are, where that is known. */
  onProgress(loaded: number, total: number | undefined): void;
  /** There is none, or none that this page can hear. */
  onFailed(reason: Refusal): void;
  onEvent(event: StudioEvent): void;
}

export type OpenEngine = (client: string, listener: EngineListener) => EngineLink;
