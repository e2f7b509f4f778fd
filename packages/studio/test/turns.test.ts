import { expect, it } from "vitest";
import { Turns } from "../src/lab/turns.js";

it("does what is asked for while a training is paused, whenever that is", async () => {
  for (let ticks = 0; ticks < 12; ticks++) {
    const turns = new Turns();
    await turns.begin();
    turns.pause();
    let isDone = false;
    const after = async (): Promise<void> => {
      for (let tick = 0; tick < ticks; tick++) await undefined;
      await turns.ask(async () => {
        isDone = true;
      });
    };
    void turns.ask(async () => void after());
    void turns.between();
    await new Promise((resolve) => setTimeout(resolve));
    expect(isDone, `${ticks} ticks after another job`).toBe(true);
  }
});
