import { afterEach, expect, it, vi } from "vitest";
import type { EngineListener } from "../src/page/engine/link.js";
import { StudioState } from "../src/page/state/studio.js";
import type { Hello } from "../src/protocol/messages.js";
import { baseSettings } from "../src/protocol/settings.js";

afterEach(() => vi.unstubAllGlobals());

const hello: Hello = {
  engine: { kind: "native", name: "test" },
  data: { source: "few digits", train: 1, validation: 1, test: 1, compared: 1 },
  playing: true,
  isFresh: true,
  runs: [],
  published: {},
  pictures: null,
};
const run = {
  id: 1,
  settings: baseSettings,
  status: "running",
  step: 0,
  stepsPerEpoch: 10,
  rate: 0,
} as const;

it("knows what was told while it asked what there is, although the answer says what was before", async () => {
  vi.stubGlobal("document", { visibilityState: "hidden" });
  let listener: EngineListener | undefined;
  let answer: (hello: Hello) => void = () => undefined;
  const state = new StudioState(
    (_client, given) => {
      listener = given;
      return {
        ask: (command) =>
          new Promise<never>((resolve) => {
            if (command === "hello") answer = resolve as (hello: Hello) => void;
          }),
      };
    },
    { autostart: false },
  );
  listener?.onOpen();
  listener?.onEvent({ type: "run", run });
  listener?.onEvent({ type: "step", run: 1, point: { step: 1, loss: 2, accuracy: 0.1 }, rate: 0 });
  // By now what was told would have been shown.
  await new Promise((resolve) => setTimeout(resolve, 300));
  answer(hello);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(state.runs.value.get(1)?.points).toHaveLength(1);
});
