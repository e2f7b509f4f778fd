import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { EngineListener, OpenEngine } from "../src/page/engine/link.js";
import { ChangesState } from "../src/page/state/changes.js";
import { StudioState } from "../src/page/state/studio.js";
import type { Answer, CommandName, RunMeasures, RunRecord } from "../src/protocol/messages.js";
import { settingsOf } from "../src/protocol/settings.js";

const finished = (id: number, technique: "base" | "l2"): RunRecord => ({
  id,
  settings: settingsOf(technique),
  status: "done",
  step: 10,
  stepsPerEpoch: 10,
  points: [],
  checks: [],
  epochs: [],
  moments: [],
  rate: 0,
});

/** An engine with a base network and one with L2, of which it knows these shares of weights near zero. */
function openedWith(nearZero: readonly [base: number, l2: number]) {
  const shares = [...nearZero];
  const asked: CommandName[] = [];
  let told: EngineListener | undefined;
  const measures = ({ runs }: { readonly runs: readonly number[] }): readonly RunMeasures[] =>
    runs.map((run) => ({ run, nearZero: shares[run - 1] as number, silent: 0, moved: 0 }));
  const answers: Partial<Record<CommandName, (ask: never) => unknown>> = {
    hello: () =>
      ({
        engine: { kind: "native", library: "test", threads: 1 },
        data: { source: "test", train: 1, validation: 1, test: 1, compared: 1 },
        playing: false,
        isFresh: false,
        runs: [finished(1, "base"), finished(2, "l2")],
        published: {},
        pictures: null,
      }) satisfies Answer<"hello">,
    measures: (ask) => ({ runs: measures(ask) }),
  };
  const open: OpenEngine = (_client, listener) => {
    told = listener;
    return {
      ask: async (command, ask) => {
        asked.push(command);
        return (answers[command]?.(ask as never) ?? null) as never;
      },
    };
  };
  const { changes } = new ChangesState(new StudioState(open, queueMicrotask));
  const shown = () => changes.value.map(({ technique, base, own }) => ({ technique, base, own }));
  return { shown, asked, shares, open: () => told?.onOpen() };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const later = (): Promise<unknown> => vi.advanceTimersByTimeAsync(3000);

it("says what a technique has changed after one question about all networks, and asks nothing more", async () => {
  const page = openedWith([0.1, 0.9]);
  page.open();
  await later();
  expect(page.shown()).toEqual([{ technique: "l2", base: 0.1, own: 0.9 }]);
  expect(page.asked.filter((command) => command === "measures")).toHaveLength(1);
  expect(page.asked).not.toContain("inside");
});

it("forgets what it knew of runs when the engine is started again with others of the same numbers", async () => {
  const page = openedWith([0.1, 0.9]);
  page.open();
  await later();
  page.shares.splice(0, 2, 0.2, 0.7);
  page.open();
  await later();
  expect(page.shown()).toEqual([{ technique: "l2", base: 0.2, own: 0.7 }]);
});
