import { describe, expect, it } from "vitest";
import * as constraintFactories from "../../src/constraints/index.js";
import { constraints } from "../../src/constraints/registry.js";
import { type JsonObject, TrazoError } from "../../src/errors.js";
import { floatKeysIn } from "../../src/formats/float-keys.js";
import { pythonJson } from "../../src/formats/python-json.js";
import * as initializerFactories from "../../src/initializers/index.js";
import { initializers } from "../../src/initializers/registry.js";
import * as layerFactories from "../../src/layers/index.js";
import { inputLayer } from "../../src/layers/input.js";
import { layers } from "../../src/layers/registry.js";
import * as regularizerFactories from "../../src/regularizers/index.js";
import { l1Regularizer, l2Regularizer } from "../../src/regularizers/l1l2.js";
import { regularizers } from "../../src/regularizers/registry.js";
import * as scheduleFactories from "../../src/schedules/index.js";
import { schedules } from "../../src/schedules/registry.js";
import { type Configured, type Factory, snakeCase } from "../../src/schema/define.js";
import type { Registry } from "../../src/schema/registry.js";

type AnyFactory = Factory<object, Configured>;

/** Whatever a class cannot do without, as a file has it: whole numbers show which entries are floats. */
const required: Readonly<Record<string, JsonObject>> = {
  Activation: { activation: "relu" },
  CenterCrop: { height: 1, width: 1 },
  Conv1D: { filters: 1, kernel_size: 1 },
  Conv2D: { filters: 1, kernel_size: 1 },
  Conv2DTranspose: { filters: 1, kernel_size: 1 },
  CosineDecay: { initial_learning_rate: 1, decay_steps: 2 },
  CosineDecayRestarts: { initial_learning_rate: 1, first_decay_steps: 2 },
  Dense: { units: 1 },
  DepthwiseConv2D: { kernel_size: 1 },
  Dropout: { rate: 1 },
  ExponentialDecay: { initial_learning_rate: 1, decay_steps: 2, decay_rate: 1 },
  GaussianNoise: { stddev: 1 },
  InputLayer: { batch_shape: [null, 4] },
  InverseTimeDecay: { initial_learning_rate: 1, decay_steps: 2, decay_rate: 1 },
  OneCycle: { max_learning_rate: 1000, total_steps: 2 },
  Permute: { dims: [1] },
  PiecewiseConstantDecay: { boundaries: [1], values: [2, 1] },
  PolynomialDecay: { initial_learning_rate: 1, decay_steps: 2 },
  RandomBrightness: { factor: 1 },
  RandomContrast: { factor: 1 },
  RandomCrop: { height: 1, width: 1 },
  RandomRotation: { factor: 1 },
  RandomTranslation: { height_factor: 1, width_factor: 1 },
  RandomZoom: { height_factor: 1 },
  RepeatVector: { n: 1 },
  Rescaling: { scale: 1 },
  Reshape: { target_shape: [4] },
  Resizing: { height: 1, width: 1 },
  SeparableConv2D: { filters: 1, kernel_size: 1 },
  SpatialDropout2D: { rate: 1 },
};

const kinds: readonly (readonly [Registry<Configured>, readonly object[]])[] = [
  [layers, [...Object.values(layerFactories), inputLayer]],
  [initializers, Object.values(initializerFactories)],
  [regularizers, [...Object.values(regularizerFactories), l1Regularizer, l2Regularizer]],
  [constraints, Object.values(constraintFactories)],
  [schedules, Object.values(scheduleFactories)],
];

const isFactory = (value: object): value is AnyFactory => "definition" in value;

const classes = kinds.flatMap(([registry, exported]) =>
  exported.filter(isFactory).map((factory) => [factory.definition.className, { factory, registry }] as const),
);

const read = (registry: Registry<Configured>, name: string, more: JsonObject = {}): JsonObject =>
  registry.read(name, { ...required[name], ...more }, "a.h5: here").getConfig();

it("every class with options of its own is registered under its name, and no other", () => {
  const registered = kinds.flatMap(([registry]) => registry.classNames);
  expect(classes.map(([name]) => name).sort()).toEqual([...registered].sort());
});

describe.each(classes)("%s", (name, { factory, registry }) => {
  const { options, floatKeys: floats } = factory.definition;
  const given = (more: object) => factory({ ...requiredOptions(), ...more } as never);

  /** The required options as a caller gives them. */
  function requiredOptions(): object {
    const object: Record<string, unknown> = {};
    for (const [option, { key, readKeys, fromKeras }] of Object.entries(options)) {
      const keys = readKeys ?? [key ?? snakeCase(option)];
      for (const [entry, value] of Object.entries(required[name] ?? {})) {
        if (keys.includes(entry)) object[option] = fromKeras(value, "test");
      }
    }
    return object;
  }

  it("is read from the configuration that it writes, in the same order", () => {
    const config = read(registry, name);
    const again = read(registry, name, JSON.parse(JSON.stringify(config)));
    expect(again).toEqual(config);
    expect(Object.keys(again)).toEqual(Object.keys(config));
    expect(given({}).getConfig()).toEqual(config);
    expect(given({}).className).toBe(name);
  });

  it("takes null and undefined for what was left out", () => {
    const config = read(registry, name);
    const left = Object.entries(options).filter(([, { optional }]) => optional);
    expect(
      read(registry, name, Object.fromEntries(left.map(([option]) => [snakeCase(option), null]))),
    ).toEqual(config);
    for (const value of [null, undefined]) {
      expect(given(Object.fromEntries(left.map(([option]) => [option, value]))).getConfig()).toEqual(config);
    }
  });

  it("writes floats with their point", () => {
    const config = read(registry, name);
    for (const key of floats) {
      if (config[key] === null || !(key in config)) continue;
      const written = pythonJson({ [key]: config[key] as number | number[] }, floatKeysIn([given({})]), {
        className: name,
      });
      const numbers = written.replace(/^.*: /, "").match(/[^\s[\]{},]+/g) ?? [];
      expect(numbers.length).toBeGreaterThan(0);
      for (const number of numbers) expect(number).toMatch(/[.e]/);
    }
    const whole = Object.entries(config).filter(
      ([key, value]) => typeof value === "number" && !floats.includes(key),
    );
    for (const [key, value] of whole) {
      if (Number.isInteger(value))
        expect(pythonJson({ [key]: value }, floatKeysIn([given({})]), { className: name })).toBe(
          `{"${key}": ${value}}`,
        );
    }
  });

  it("takes options of Keras at the values that leave them off, and at no others", () => {
    const hidden = Object.entries(options).filter(([, { neutral }]) => neutral);
    for (const [option, { neutral = [] }] of hidden) {
      for (const value of neutral)
        expect(given({ [option]: value }).getConfig()).toEqual(given({}).getConfig());
      expect(() => given({ [option]: { some: "object" } })).toThrow(
        `${name} has no option "${option}". Known options:`,
      );
    }
  });

  it("refuses an option that does not exist, with advice", () => {
    expect(() => given({ nonsense: 1 })).toThrow(TrazoError);
    expect(() => given({ nonsense: 1 })).toThrow(`${name} has no option "nonsense". Known options:`);
    expect(() => read(registry, name, { nonsense: 1 })).toThrow(
      'a.h5: here: the entry "nonsense": 1 is not supported.',
    );
    const visible = Object.entries(options).filter(([, { neutral }]) => !neutral);
    for (const [option] of visible) {
      const python = snakeCase(option);
      if (python === option) continue;
      expect(() => given({ [python]: 1 })).toThrow(`has no option "${python}". Did you mean ${option}?`);
    }
  });

  it("refuses a wrong value, naming class, option and value", () => {
    for (const [option, { neutral }] of Object.entries(options)) {
      if (neutral) continue;
      expect(() => given({ [option]: () => 5 }), option).toThrow(TrazoError);
      expect(() => given({ [option]: () => 5 }), option).toThrow(`${name} ${option} must be `);
      expect(() => given({ [option]: () => 5 }), option).toThrow("but got the function");
    }
  });
});
