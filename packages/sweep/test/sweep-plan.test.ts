import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseText, planSweep } from "../src/index.js";
import { Halving, type HalvingStep, rungsOf } from "../src/sweep/halving.js";

const plan = (text: string) => planSweep(parseText(text, "sweep.yaml"));
const namesOf = (text: string): string[] => plan(text).settings.map(({ name }) => name);

describe("a sweep's settings", () => {
  test("are every combination of a grid, named by what differs", () => {
    const text =
      "run: {epochs: 1}\nspace:\n  optimizer.learningRate: [0.1, 0.01]\n  batchSize: [32, 64]\nseeds: 3";
    expect(namesOf(text)).toEqual([
      "learningRate=0.1, batchSize=32",
      "learningRate=0.1, batchSize=64",
      "learningRate=0.01, batchSize=32",
      "learningRate=0.01, batchSize=64",
    ]);
    expect(plan(text).seeds).toEqual([42, 43, 44]);
    expect(plan(text).settings[2]?.configuration).toMatchObject({
      epochs: 1,
      batchSize: 32,
      optimizer: { type: "adam", learningRate: 0.01 },
    });
  });

  test("take steps of a range, on its scale", () => {
    expect(namesOf("space: {optimizer.learningRate: {min: 1e-4, max: 1e-2, scale: log, steps: 3}}")).toEqual([
      "learningRate=0.0001",
      "learningRate=0.001",
      "learningRate=0.01",
    ]);
  });

  test("are variants by their names, and the whole space of each", () => {
    const text = "variants:\n  plain:\n  noisy: {augmentation.rotationRange: 10}\nspace: {epochs: [1, 2]}";
    expect(namesOf(text)).toEqual([
      "plain, epochs=1",
      "plain, epochs=2",
      "noisy, epochs=1",
      "noisy, epochs=2",
    ]);
  });

  test("are techniques of the practice, too", () => {
    expect(namesOf("space: {technique: [base, l2, dropout]}")).toEqual([
      "technique=base",
      "technique=l2",
      "technique=dropout",
    ]);
  });

  test("are drawn the same whenever they are drawn, within their ranges", () => {
    const text = (extra: string) =>
      `search: {type: random, runs: 20, seed: 3}\nspace:\n  optimizer.learningRate: {min: 1e-4, max: 0.1, scale: log}\n${extra}`;
    const rates = (extra = "") =>
      plan(text(extra)).settings.map(({ values }) => values["optimizer.learningRate"] as number);
    expect(rates()).toHaveLength(20);
    expect(rates("  batchSize: {min: 16, max: 64, integer: true}")).toEqual(rates());
    expect(Math.min(...rates())).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...rates())).toBeLessThanOrEqual(0.1);
    // Half of the draws on a log scale lie below the geometric mean.
    const low = rates().filter((rate) => rate < Math.sqrt(1e-4 * 0.1)).length;
    expect(low).toBeGreaterThan(4);
    expect(low).toBeLessThan(16);
  });

  const pictures = "run:\n  data: { images: animals }\n";
  const losses = "space: { loss: [categoricalCrossentropy, categoricalFocalCrossentropy] }";
  const dense = "{ type: dense, units: 10, kernelRegularizer: { type: l2, l2: 0.1 } }";
  test.each([
    ["val_accuracy", ""],
    ["val_loss", pictures],
    ["val_loss", `${pictures}space: { optimizer.learningRate: [0.1, 0.01] }`],
    // Losses of different kinds, or with different penalties, are not compared with each other.
    ["val_accuracy", `${pictures}${losses}`],
    [
      "val_top_k_categorical_accuracy",
      `${pictures}  metrics: [{ type: topKAccuracy, k: 2 }, accuracy]\n${losses}`,
    ],
    [
      "val_accuracy",
      `run:\n  monitor: val_loss\n  network: [flatten, ${dense}]\nspace: { network.1.kernelRegularizer.l2: [0.1, 0.01] }`,
    ],
    ["val_loss", `${pictures}${losses}\nmeasure: val_loss`],
  ])("are compared by %s in %s", (measure, text) => {
    expect(plan(text).measure).toBe(measure);
  });

  test.each([
    [
      `${pictures}variants:\n  one: { loss: categoricalCrossentropy, metrics: [accuracy] }\n  other: { loss: poisson, metrics: [topKAccuracy] }`,
      "sweep.yaml needs measure, since its settings have different losses, whose values cannot be compared",
    ],
    [
      "space:\n  optimizer.learningRate: [fast]",
      "sweep.yaml, line 2: optimizer.learningRate must be a finite number",
    ],
    ["space:\n  network.2.rate: [0.5]", "network is not a list here, so it has no place 2"],
    [
      "space: {optimizer.learningRate: {min: 1, max: 2}}",
      "is a range, of which a grid needs the number of steps",
    ],
    ["space: {batchSize: {min: 2, max: 1, steps: 3}}", "must be above min, 2, but is 1"],
    ["search: {type: random}", "sweep.yaml, line 1: search lacks runs"],
    ["search: {type: bayes}", 'search.type must be grid, random or asha, but is "bayes"'],
    ["search: bayes", 'sweep.yaml, line 1: search must be grid, random or asha, but is "bayes"'],
    ["search: random", "sweep.yaml, line 1: search lacks runs"],
    ["search: 3", "sweep.yaml, line 1: search must be grid, random or asha, but is 3"],
    ["search: {runs: 3}", "search.type must be grid, random or asha, but is empty"],
    [
      "search: {type: grid, runs: 3}",
      "sweep.yaml, line 1: search.runs is not a known option. Known here: type.",
    ],
    [
      "search: {type: random, runs: 3, factor: 3}",
      "search.factor is not a known option. Known here: type, runs, seed.",
    ],
    ["seeds: [1, 1]", "names a seed twice"],
    ["run: {epochs: 2}\nsearch: {type: asha, minEpochs: 3}", "must be at most the run's epochs, 2, but is 3"],
    ["search: {type: asha}\nspace: {epochs: [1, 2]}", "cannot vary epochs with successive halving"],
    ["search: {type: asha}\nmeasure: test_accuracy", "must be measured after each epoch"],
    [
      "variants: {a: {}, b: {epochs: 2}}\nreference: c",
      'reference is "c", which is not a setting. Known: a; b.',
    ],
    ["run: {optimizer: adma}", 'sweep.yaml, line 1: optimizer is "adma"'],
    ["runs: 3", "runs is not a known option. Known here: run, space"],
  ])("%s: says what is wrong, and where", (text, message) => {
    expect(() => plan(text)).toThrow(message);
  });
});

describe("successive halving", () => {
  test("has rungs up to all epochs", () => {
    expect(rungsOf(1, 3, 20)).toEqual([1, 3, 9, 20]);
    expect(rungsOf(5, 2, 5)).toEqual([5]);
  });

  /** Settings without anything but the epochs that they have in common. */
  const planOf = (count: number, factor: number, epochs: number) => {
    const { settings } = plan(`run: {epochs: ${epochs}}`);
    const [first] = settings as [(typeof settings)[number]];
    return {
      settings: Array.from({ length: count }, (_, i) => ({ ...first, name: `${i}` })),
      search: { type: "asha" as const, minEpochs: 1, factor },
      measure: "val_accuracy",
    };
  };
  const sweeps = [
    fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 2, max: 4 }),
  ] as const;
  /** Who makes so many steps at a time, and which of them ends next. */
  const makers = [fc.integer({ min: 1, max: 50 }), fc.infiniteStream(fc.nat())] as const;

  function halve(
    values: readonly (number | undefined)[],
    factor: number,
    atOnce: number,
    choices: Iterator<number>,
  ): string[] {
    const halving = new Halving(planOf(values.length, factor, 20));
    const working: HalvingStep[] = [];
    const done: string[] = [];
    for (;;) {
      const next = working.length < atOnce ? halving.next() : undefined;
      if (next) working.push(next);
      else if (working.length > 0) {
        const [step] = working.splice((choices.next().value ?? 0) % working.length, 1) as [HalvingStep];
        done.push(`${step.setting} ${step.rung}`);
        halving.report(step, values[step.setting]);
      } else return done;
    }
  }

  test("trains all settings a little, the best of them to the end, and none twice at a rung", () => {
    fc.assert(
      fc.property(...sweeps, ...makers, (values, factor, atOnce, choices) => {
        const done = halve(values, factor, atOnce, choices);
        expect(new Set(done).size).toBe(done.length);
        expect(done.filter((one) => one.endsWith(" 0"))).toHaveLength(values.length);
        for (const one of done) {
          const [setting, rung] = one.split(" ").map(Number) as [number, number];
          if (rung > 0) expect(done).toContain(`${setting} ${rung - 1}`);
        }
        const last = rungsOf(1, factor, 20).length - 1;
        const usable = values.filter((value) => value !== undefined);
        const whole = done.filter((one) => one.endsWith(` ${last}`));
        expect(whole.length).toBeGreaterThanOrEqual(usable.length >= factor ** last ? 1 : 0);
        // The best of all is promoted from the first rung as soon as there is a place.
        const best = values.indexOf(Math.max(...usable));
        if (last > 0 && usable.length > 0 && values.length >= factor) expect(done).toContain(`${best} 1`);
      }),
      { numRuns: 100 },
    );
  });

  test("promotes the same settings, whatever ends first and however many are made at a time", () => {
    fc.assert(
      fc.property(...sweeps, ...makers, (values, factor, atOnce, choices) => {
        const alone = halve(values, factor, 1, [][Symbol.iterator]());
        expect(halve(values, factor, atOnce, choices).toSorted()).toEqual(alone.toSorted());
      }),
      { numRuns: 100 },
    );
  });

  test("promotes before a rung is complete", () => {
    const halving = new Halving(planOf(9, 3, 9));
    const first = [halving.next(), halving.next(), halving.next()] as HalvingStep[];
    for (const step of first) halving.report(step, step.setting);
    expect(halving.next()).toEqual({ setting: 2, rung: 1, epochs: 3 });
    expect(halving.next()).toEqual({ setting: 3, rung: 0, epochs: 1 });
  });
});
