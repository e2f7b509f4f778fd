import { describe, expect, it } from "vitest";
import {
  cosineDecay,
  cosineDecayRestarts,
  deserializeSchedule,
  exponentialDecay,
  inverseTimeDecay,
  type LearningRateSchedule,
  oneCycle,
  piecewiseConstantDecay,
  polynomialDecay,
  serializeSchedule,
} from "../../src/schedules/index.js";

function expectRates(schedule: LearningRateSchedule, rates: Readonly<Record<number, number>>): void {
  for (const [step, rate] of Object.entries(rates)) {
    expect(schedule.at(Number(step)), `step ${step}`).toBeCloseTo(rate, 12);
  }
}

describe("exponentialDecay", () => {
  const options = { initialLearningRate: 0.8, decaySteps: 10, decayRate: 0.25 };
  it("multiplies by the rate once in decaySteps", () => {
    expectRates(exponentialDecay(options), { 0: 0.8, 5: 0.4, 10: 0.2, 20: 0.05 });
  });
  it("does so at once with staircase", () => {
    expectRates(exponentialDecay({ ...options, staircase: true }), {
      0: 0.8,
      9: 0.8,
      10: 0.2,
      19: 0.2,
      20: 0.05,
    });
  });
});

describe("inverseTimeDecay", () => {
  const options = { initialLearningRate: 1, decaySteps: 4, decayRate: 0.5 };
  it("divides by one more rate each decaySteps", () => {
    expectRates(inverseTimeDecay(options), { 0: 1, 2: 1 / 1.25, 4: 1 / 1.5, 8: 0.5 });
  });
  it("does so at once with staircase", () => {
    expectRates(inverseTimeDecay({ ...options, staircase: true }), { 3: 1, 4: 1 / 1.5, 7: 1 / 1.5, 8: 0.5 });
  });
});

describe("piecewiseConstantDecay", () => {
  it("changes after each boundary, not at it", () => {
    const schedule = piecewiseConstantDecay({ boundaries: [3, 5], values: [1, 0.5, 0.25] });
    expectRates(schedule, { 0: 1, 3: 1, 4: 0.5, 5: 0.5, 6: 0.25, 1000: 0.25 });
  });
  it("refuses a wrong count and boundaries that do not grow", () => {
    expect(() => piecewiseConstantDecay({ boundaries: [1], values: [1] })).toThrow(
      /1 values and 1 boundaries/,
    );
    expect(() => piecewiseConstantDecay({ boundaries: [5, 5], values: [3, 2, 1] })).toThrow(/grow.*5, 5/);
  });
});

describe("polynomialDecay", () => {
  const options = { initialLearningRate: 1, decaySteps: 10, endLearningRate: 0.5 };
  it("is a straight line to the end by default, and stays there", () => {
    expectRates(polynomialDecay(options), { 0: 1, 5: 0.75, 10: 0.5, 11: 0.5, 100: 0.5 });
  });
  it("follows the power", () => {
    expectRates(polynomialDecay({ ...options, power: 2 }), { 5: 0.625, 8: 0.5 + 0.5 * 0.04 });
  });
  it("starts again on a line twice, three times as long with cycle", () => {
    expectRates(polynomialDecay({ ...options, cycle: true }), {
      0: 1,
      10: 0.5,
      11: 0.725,
      20: 0.5,
      21: 0.65,
    });
  });
});

describe("cosineDecay", () => {
  it("falls from the initial rate to its share alpha, and stays there", () => {
    const schedule = cosineDecay({ initialLearningRate: 2, decaySteps: 12, alpha: 0.25 });
    expectRates(schedule, { 0: 2, 4: 2 * (0.75 * 0.75 + 0.25), 6: 1.25, 12: 0.5, 50: 0.5 });
  });
  it("warms up to the target first, and counts decaySteps from there", () => {
    const schedule = cosineDecay({
      initialLearningRate: 0.5,
      decaySteps: 10,
      warmupTarget: 2.5,
      warmupSteps: 4,
    });
    expectRates(schedule, { 0: 0.5, 1: 1, 3: 2, 4: 2.5, 9: 1.25, 14: 0, 15: 0 });
  });
  it("without a target has no warm-up, as in Keras", () => {
    expectRates(cosineDecay({ initialLearningRate: 1, decaySteps: 10, warmupSteps: 4 }), { 0: 1, 5: 0.5 });
  });
});

describe("cosineDecayRestarts", () => {
  it("restarts after periods that grow", () => {
    const schedule = cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 4 });
    expectRates(schedule, { 0: 1, 2: 0.5, 4: 1, 8: 0.5, 12: 1, 20: 0.5, 28: 1 });
  });
  it("restarts lower with mMul, and evenly with tMul 1", () => {
    const schedule = cosineDecayRestarts({
      initialLearningRate: 1,
      firstDecaySteps: 4,
      tMul: 1,
      mMul: 0.5,
      alpha: 0.1,
    });
    expectRates(schedule, { 0: 1, 4: 0.9 * 0.5 + 0.1, 6: 0.9 * 0.25 + 0.1, 8: 0.9 * 0.25 + 0.1 });
  });
  it("is exact at every restart, whatever the logarithms round to", () => {
    for (const tMul of [1.5, 2, 3, 5, 7, 10]) {
      const schedule = cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 64, tMul });
      for (let period = 0, step = 0; period < 6; step += 64 * tMul ** period, period++) {
        expect(schedule.at(step), `tMul ${tMul}, period ${period}`).toBeGreaterThan(0.9999);
        if (step > 0) expect(schedule.at(step - 0.5)).toBeLessThan(0.001);
      }
    }
  });
  it("refuses periods that become shorter", () => {
    expect(() => cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 4, tMul: 0.5 })).toThrow(
      /tMul/,
    );
  });
});

describe("oneCycle", () => {
  it("goes up, down again, and then far below", () => {
    const schedule = oneCycle({
      maxLearningRate: 1,
      totalSteps: 100,
      initialLearningRate: 0.2,
      finalLearningRate: 0.05,
      cycleFraction: 0.8,
    });
    expectRates(schedule, { 0: 0.2, 20: 0.6, 40: 1, 60: 0.6, 80: 0.2, 90: 0.125, 100: 0.05, 500: 0.05 });
  });
  it("by default starts at a tenth and ends at a thousandth", () => {
    expectRates(oneCycle({ maxLearningRate: 1, totalSteps: 100 }), {
      0: 0.1,
      45: 1,
      90: 0.1,
      95: 0.0505,
      100: 0.001,
    });
  });
  it("may be all cycle", () => {
    const schedule = oneCycle({ maxLearningRate: 1, totalSteps: 10, cycleFraction: 1 });
    expectRates(schedule, { 5: 1, 9: 0.28, 10: 0.001 });
  });
});

describe("wrong options of schedules", () => {
  it.each([
    [() => exponentialDecay({ initialLearningRate: 1, decaySteps: 0, decayRate: 0.5 }), /decaySteps.*0/],
    [
      () => inverseTimeDecay({ initialLearningRate: -1, decaySteps: 1, decayRate: 0.5 }),
      /initialLearningRate/,
    ],
    [() => polynomialDecay({ initialLearningRate: 1, decaySteps: -1 }), /decaySteps/],
    [() => cosineDecay({ initialLearningRate: 1, decaySteps: Number.NaN }), /decaySteps/],
    [() => cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 0 }), /firstDecaySteps/],
    [() => oneCycle({ maxLearningRate: 1, totalSteps: 0 }), /totalSteps/],
    [() => oneCycle({ maxLearningRate: 1, totalSteps: 10, cycleFraction: 0 }), /cycleFraction/],
  ])("are refused (%#)", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("configurations of schedules", () => {
  it.each([
    exponentialDecay({ initialLearningRate: 1, decaySteps: 3, decayRate: 0.5, staircase: true }),
    inverseTimeDecay({ initialLearningRate: 1, decaySteps: 3, decayRate: 0.5, staircase: true }),
    piecewiseConstantDecay({ boundaries: [2, 7], values: [3, 2, 1] }),
    polynomialDecay({ initialLearningRate: 1, decaySteps: 3, endLearningRate: 0.5, power: 3, cycle: true }),
    cosineDecay({ initialLearningRate: 1, decaySteps: 5, alpha: 0.5 }),
    cosineDecay({ initialLearningRate: 1, decaySteps: 5, alpha: 0.5, warmupTarget: 3, warmupSteps: 2 }),
    cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 3, tMul: 3, mMul: 0.5, alpha: 0.25 }),
    oneCycle({
      maxLearningRate: 1,
      totalSteps: 9,
      initialLearningRate: 0.5,
      finalLearningRate: 0.25,
      cycleFraction: 0.5,
    }),
  ])("are read back the same through JSON (%#)", (schedule) => {
    const back = deserializeSchedule(JSON.parse(JSON.stringify(serializeSchedule(schedule))), "here");
    expect(serializeSchedule(back)).toEqual(serializeSchedule(schedule));
    for (let step = 0; step < 12; step++) expect(back.at(step)).toBe(schedule.at(step));
  });

  it("take Keras's defaults for what is absent", () => {
    const config = { initial_learning_rate: 1, decay_steps: 10 };
    expect(deserializeSchedule({ class_name: "PolynomialDecay", config }, "here").at(10)).toBe(0.0001);
  });

  it.each([
    [{ class_name: "Wobble", config: {} }, /here.*"Wobble".*ExponentialDecay/],
    [{ class_name: "constructor", config: {} }, /here.*"constructor"/],
    [
      { class_name: "CosineDecay", config: { decay_steps: 3 } },
      /here.*initialLearningRate must be .*, but got nothing/,
    ],
    [
      { class_name: "CosineDecay", config: { initial_learning_rate: 1, decay_steps: "3" } },
      /decaySteps.*"3"/,
    ],
    [
      { class_name: "CosineDecay", config: { initial_learning_rate: 1, decay_steps: 3, hops: 1 } },
      /hops.*not supported/,
    ],
    [{ class_name: "PiecewiseConstantDecay", config: { boundaries: 3, values: [1] } }, /boundaries.*list/],
    [{ class_name: "CosineDecay", config: { initial_learning_rate: 1, decay_steps: 0 } }, /here.*decaySteps/],
    [17, /here/],
  ])("are refused when wrong (%#)", (config, message) => {
    expect(() => deserializeSchedule(config, "here")).toThrow(message);
  });
});
