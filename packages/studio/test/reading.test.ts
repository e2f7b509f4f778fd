import { expect, it } from "vitest";
import type { Reading } from "../src/protocol/messages.js";
import { finished, stateBeside } from "./engine-of-answers.js";

const readingOf = (seen: string, step: number): Reading => ({
  run: 1,
  step,
  seen,
  probabilities: [],
  layers: [],
});
const settled = () => new Promise((resolve) => setTimeout(resolve));

it("shows what is read of the picture that is there, not what comes late of an earlier one", async () => {
  const { studio, open, tell } = stateBeside([finished(1, "base")], {
    watch: ({ subject }) => readingOf(subject.kind, 100),
  });
  open();
  await settled();
  expect(studio.reading.value?.seen).toBe("digit");
  studio.show({ kind: "drawing", side: 1, pixels: "" });
  await settled();
  tell({ type: "reading", client: "", reading: readingOf("digit", 99) });
  await settled();
  expect(studio.reading.value?.seen).toBe("drawing");
  tell({ type: "reading", client: "", reading: readingOf("drawing", 101) });
  await settled();
  expect(studio.reading.value?.step).toBe(101);
});
