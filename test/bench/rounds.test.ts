import { describe, expect, it } from "vitest";
import type { Contender } from "../../bench/contender.js";
import { runRounds } from "../../bench/rounds.js";

function contender(name: string, steps: (n: number) => Promise<number[]>): Contender {
  return { name, version: "1", threads: 1, steps, close: async () => {} };
}

describe("runRounds", () => {
  it("takes turns in changing order, and drops the first round and each turn's first steps", async () => {
    const order: string[] = [];
    const make = (name: string) => {
      let round = 0;
      return contender(name, async (n) => {
        order.push(name);
        return Array.from({ length: n }, () => ++round * 10);
      });
    };
    const turns = ["a", "b", "c"].map((name) => ({ contender: make(name), steps: 2, warmUp: 1, rounds: 12 }));
    const outcomes = await runRounds(turns);
    const rounds = Array.from({ length: 12 }, (_, i) => order.slice(3 * i, 3 * i + 3));
    for (const round of rounds) expect([...round].sort()).toEqual(["a", "b", "c"]);
    expect(new Set(rounds.map((round) => round[0])).size).toBe(3);
    for (const { durations } of outcomes) {
      expect(durations).toHaveLength(22);
      expect(durations.slice(0, 4)).toEqual([50, 60, 80, 90]);
    }
  });

  it("continues without one that fails, and keeps what it had measured", async () => {
    let calls = 0;
    const bad = contender("bad", async () => {
      if (++calls === 3) throw new Error("worn out");
      return [calls];
    });
    const good = contender("good", async () => [7]);
    const outcomes = await runRounds([bad, good].map((c) => ({ contender: c, steps: 1, rounds: 5 })));
    expect(outcomes[0]).toMatchObject({ durations: [2], failure: "worn out" });
    expect(calls).toBe(3);
    expect(outcomes[1]?.durations).toEqual([7, 7, 7, 7]);
    expect(outcomes[1]).not.toHaveProperty("failure");
  });

  it("gives a slow one fewer rounds", async () => {
    let calls = 0;
    const slow = contender("slow", async () => [++calls]);
    const quick = contender("quick", async () => [1]);
    const outcomes = await runRounds([
      { contender: slow, steps: 1, rounds: 2 },
      { contender: quick, steps: 1, rounds: 4 },
    ]);
    expect(outcomes.map((o) => o.durations.length)).toEqual([1, 3]);
  });
});
