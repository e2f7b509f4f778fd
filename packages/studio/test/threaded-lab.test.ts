import { expect, it } from "vitest";
import { openThreadedLab } from "../src/server/threaded-lab.js";

const program = new URL("./crashing-lab.mjs", import.meta.url);
const settings = { dataDir: undefined, runsDir: "", threads: 1 };

it("a lab whose thread has died is replaced, says so to who waits, and not without end", async () => {
  const deaths: string[] = [];
  let restarts = 0;
  const listener = {
    onEvent: () => undefined,
    onDeath: (cause: unknown) => void deaths.push((cause as Error).message),
    onRestart: () => void restarts++,
  };
  const lab = await openThreadedLab(settings, listener, program);
  expect(await lab.ask({ command: "hello" })).toBeNull();
  for (let i = 1; i <= 6; i++) {
    const unanswered = lab.ask({ command: "play" });
    lab.forget("die");
    await expect(unanswered).rejects.toMatchObject({ refusal: { kind: "restarted" } });
    if (i <= 5) expect(await lab.ask({ command: "hello" })).toBeNull();
  }
  await expect(lab.ask({ command: "hello" })).rejects.toMatchObject({ refusal: { kind: "dead" } });
  expect(restarts).toBe(5);
  expect(deaths).toContain("The engine's thread has ended with code 7.");
  await lab.close();
});
