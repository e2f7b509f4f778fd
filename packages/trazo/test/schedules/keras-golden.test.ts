import { describe, expect, it } from "vitest";
import { deserializeSchedule } from "../../src/schedules/registry.js";
import { caseName, readKerasFixture, type Serialized } from "../fixtures/keras/keras-fixtures.js";

interface ScheduleCase {
  readonly schedule: Serialized;
  readonly steps: readonly number[];
  readonly rates: readonly number[];
}

describe("Keras's own rates", () => {
  it.each(
    readKerasFixture<ScheduleCase[]>("schedules.json").map(
      (given) => [caseName(given.schedule), given] as const,
    ),
  )("%s", (_, { schedule: config, steps, rates }) => {
    const schedule = deserializeSchedule(config, "fixture");
    for (const [i, step] of steps.entries()) {
      const wanted = rates[i] as number;
      // Keras computes in float32.
      expect(Math.abs(schedule.at(step) - wanted), `step ${step}`).toBeLessThanOrEqual(
        2e-6 * 0.1 + 2e-6 * wanted,
      );
    }
  });
});
