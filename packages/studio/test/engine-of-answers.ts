import type { EngineListener, OpenEngine } from "../src/page/engine/link.js";
import { StudioState } from "../src/page/state/studio.js";
import type { Answer, Ask, CommandName, Hello, RunRecord, StudioEvent } from "../src/protocol/messages.js";
import type { Refusal } from "../src/protocol/refusals.js";
import { settingsOf, type TechniqueName } from "../src/protocol/settings.js";

/** A run that has finished. */
export const finished = (
  id: number,
  technique: TechniqueName,
  moments: readonly number[] = [],
): RunRecord => ({
  id,
  settings: settingsOf(technique),
  status: "done",
  step: 100,
  stepsPerEpoch: 100,
  points: [],
  checks: [],
  epochs: [],
  moments,
  rate: 0,
});

/** What an engine says that has these runs. */
export const helloOf = (runs: readonly RunRecord[]): Hello => ({
  engine: { kind: "native", library: "test", threads: 1 },
  data: { source: "test", train: 1, validation: 1, test: 1, compared: 1 },
  playing: false,
  isFresh: false,
  runs,
  published: {},
  pictures: null,
});

type Answers = { readonly [Name in CommandName]?: (ask: Ask<Name>) => Answer<Name> | Promise<Answer<Name>> };

/** A page's state beside an engine that has these runs and gives these answers, and otherwise nothing. */
export function stateBeside(runs: readonly RunRecord[], answers: Answers = {}) {
  const asked: { readonly command: CommandName }[] = [];
  let told: EngineListener | undefined;
  const hello = (): Hello => helloOf(runs);
  const known: Answers = { hello, ...answers };
  const open: OpenEngine = (_client, listener) => {
    told = listener;
    return {
      kind: "native",
      ask: async (command, ask) => {
        asked.push({ command, ...ask });
        return ((await known[command]?.(ask)) ?? null) as Answer<typeof command>;
      },
    };
  };
  const studio = new StudioState(open, queueMicrotask);
  return {
    studio,
    asked,
    /** The engine is there, for the first time or again. */
    open: (): void => told?.onOpen(),
    lose: (): void => told?.onLost(),
    fail: (reason: Refusal): void => told?.onFailed(reason),
    tell: (event: StudioEvent): void => told?.onEvent(event),
  };
}
