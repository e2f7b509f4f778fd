import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type JsonObject, TrazoError } from "../../src/errors.js";
import { ownDefiner } from "../../src/schema/custom-class.js";
import { type Configured, define, definerOf, type OptionsOf } from "../../src/schema/define.js";
import { defaultFrom, keyed, optional, withDefault } from "../../src/schema/option.js";
import {
  boolean,
  discarded,
  integer,
  number,
  numbers,
  oneOf,
  only,
  positiveInteger,
  rate,
  type SizeOption,
  size,
  text,
  trainingOnly,
} from "../../src/schema/options.js";
import { objectOf, Registry, serialize } from "../../src/schema/registry.js";

interface Leaf extends Configured {
  readonly weight: number;
}

const leaf = define({
  className: "Leaf",
  aliases: ["foliage"],
  options: { weight: withDefault(number({ min: 0 }), 1) },
  create: ({ weight }) => ({ weight }),
});

const leaves = new Registry<Leaf>("leaf", [leaf], { own: "layers" });

/** A leaf of a user's own. */
const needle = ownDefiner<Leaf>(definerOf<Leaf>())({
  className: "Needle",
  package: "Wood",
  options: { sharpness: number() },
  create: ({ sharpness }) => ({ weight: 1 / sharpness }),
});

const tree = define({
  className: "Tree",
  options: {
    name: keyed(optional(text()), null, "name"),
    /** Of the whole tree. */
    branchCount: positiveInteger(),
    beta1: withDefault(number({ above: 0, max: 10 }), 2),
    share: withDefault(rate(), 0.5),
    depth: withDefault(integer({ min: -3 }), 0),
    isGreen: withDefault(boolean(), true),
    padding: withDefault(oneOf(["valid", "same"]), "valid"),
    crown: withDefault(size(), 2),
    steps: defaultFrom(size(), ({ crown }: { crown: SizeOption }) => crown),
    years: withDefault(numbers(), []),
    leaf: withDefault(
      objectOf(leaves, (value) => "weight" in value),
      "leaf",
    ),
    fruit: optional(objectOf(leaves, (value) => "weight" in value)),
    format: only("last", "first"),
    seed: discarded(integer()),
    constraint: trainingOnly(),
    l2: optional(number()),
  },
  create: (options) => ({ options }),
});

const written = {
  branch_count: 3,
  beta_1: 2,
  share: 0.5,
  depth: 0,
  is_green: true,
  padding: "valid",
  crown: [2, 2],
  steps: [2, 2],
  years: [],
  leaf: { class_name: "Leaf", config: { weight: 1 } },
  fruit: null,
  format: "last",
  seed: null,
  constraint: null,
  l2: null,
};

const trees = new Registry("tree", [tree]);

const read = (config: JsonObject) => trees.deserialize({ class_name: "Tree", config }, "a.h5: tree 1");

describe("types", () => {
  it("say what may be left out and in which form options are kept", () => {
    type Given = OptionsOf<typeof tree>;
    expectTypeOf<Given["branchCount"]>().toEqualTypeOf<number>();
    expectTypeOf<Given["crown"]>().toEqualTypeOf<SizeOption | undefined>();
    expectTypeOf<Given["padding"]>().toEqualTypeOf<"valid" | "same" | undefined>();
    expectTypeOf<Given["l2"]>().toEqualTypeOf<number | null | undefined>();
    expectTypeOf<Given>().not.toHaveProperty("format");
    const made = tree({ branchCount: 1 });
    expectTypeOf(made.options.crown).toEqualTypeOf<readonly [number, number]>();
    expectTypeOf(made.options.l2).toEqualTypeOf<number | undefined>();
    expectTypeOf(made.options.leaf).toEqualTypeOf<Leaf>();
    expectTypeOf(leaf).toBeCallableWith();
  });

  it("refuse what does not fit", () => {
    // @ts-expect-error branchCount is missing
    expect(() => tree({})).toThrow(TrazoError);
    // @ts-expect-error branchCount is missing
    expect(() => tree()).toThrow(TrazoError);
    // @ts-expect-error a text is no number
    expect(() => tree({ branchCount: "3" })).toThrow(TrazoError);
    // @ts-expect-error there is no such option
    expect(() => tree({ branchCount: 3, roots: 2 })).toThrow(TrazoError);
  });
});

describe("options", () => {
  it("that are left out, undefined or null have their defaults", () => {
    expect(tree({ branchCount: 3 }).getConfig()).toEqual(written);
    const empty = { beta1: undefined, crown: null, leaf: undefined } as object;
    expect(tree({ branchCount: 3, ...empty }).getConfig()).toEqual(written);
    expect(Object.keys(tree({ branchCount: 3 }).getConfig())).toEqual(Object.keys(written));
  });

  it("may have defaults that follow from others", () => {
    expect(tree({ branchCount: 1, crown: [3, 4] }).options.steps).toEqual([3, 4]);
    expect(tree({ branchCount: 1, crown: [3, 4], steps: 1 }).options.steps).toEqual([1, 1]);
  });

  it("that are names may be written in several ways", () => {
    expect(tree({ branchCount: 1, padding: "SAME" as "same" }).options.padding).toBe("same");
    expect(tree({ branchCount: 1, leaf: "foliage" }).options.leaf.weight).toBe(1);
  });

  it("of Keras that have no meaning here are taken at the value that leaves them off", () => {
    const off = { format: "last", seed: null, constraint: null } as object;
    expect(tree({ branchCount: 3, ...off }).getConfig()).toEqual(written);
  });

  it.each<[object, string]>([
    [{}, "Tree branchCount must be a positive integer, but got nothing."],
    [{ branchCount: 0 }, "Tree branchCount must be a positive integer, but got 0."],
    [{ branchCount: 2.5 }, "Tree branchCount must be a positive integer, but got 2.5."],
    [{ beta1: 0 }, "Tree beta1 must be a finite number above 0 and of at most 10, but got 0."],
    [{ beta1: Number.NaN }, "Tree beta1 must be a finite number above 0 and of at most 10, but got NaN."],
    [{ share: 1 }, "Tree share must be a finite number of at least 0 and below 1, but got 1."],
    [{ depth: -4 }, "Tree depth must be an integer of at least -3, but got -4."],
    [{ isGreen: 1 }, "Tree isGreen must be true or false, but got 1."],
    [{ padding: "full" }, 'Tree padding must be one of valid, same, but got "full".'],
    [
      { crown: [1, 2, 3] },
      "Tree crown must be a positive integer, or two for height and width, but got [1, 2, 3].",
    ],
    [{ years: [1, "2"] }, 'Tree years must be a list of finite numbers, but got [1, "2"].'],
    [{ name: 5 }, "Tree name must be a text, but got 5."],
    [{ leaf: "needle" }, 'Tree leaf: there is no leaf "needle". Known: Leaf.'],
    [{ leaf: {} }, "Tree leaf must be a name or a leaf, but got an empty object. Known names: Leaf."],
    [{ format: "none" }, 'Tree has no option "format". Known options: name,'],
    [{ seed: 5 }, 'Tree has no option "seed". Known options: name,'],
    [{ constraint: 1 }, 'Tree has no option "constraint". Known options: name,'],
    [{ is_green: true }, 'Tree has no option "is_green". Did you mean isGreen?'],
    [{ lr: 1 }, /^Tree has no option "lr"\. Known options: name, branchCount, .*fruit, l2\.$/],
  ] as [object, string][])("%j are refused in words", (options, message) => {
    const given = Object.keys(options).length > 0 ? { branchCount: 1, ...options } : options;
    expect(() => tree(given as never)).toThrow(message);
  });

  it.each([5, null, "text"])("that are no object are refused: %s", (options) => {
    expect(() => tree(options as never)).toThrow(/^Tree takes its options as an object, but got/);
  });
});

describe("configurations", () => {
  it("give any options back", () => {
    const pair = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
    const given = fc.record(
      {
        branchCount: fc.integer({ min: 1 }),
        beta1: fc.double({ min: Number.MIN_VALUE, max: 10, noNaN: true }),
        share: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        depth: fc.integer({ min: -3 }),
        isGreen: fc.boolean(),
        padding: fc.constantFrom("valid" as const, "same" as const),
        crown: fc.oneof(fc.integer({ min: 1, max: 9 }), pair),
        steps: pair,
        years: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
        fruit: fc.option(fc.nat().map((weight) => leaf({ weight }))),
        l2: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      },
      { requiredKeys: ["branchCount"] },
    );
    fc.assert(
      fc.property(given, (options) => {
        const config = tree(options as never).getConfig();
        const again = read(config);
        expect(again.getConfig()).toEqual(config);
        expect(again.className).toBe("Tree");
      }),
    );
  });

  it("may leave out what has a default, and hold null, float32 and descriptions", () => {
    const dtype = { module: "keras", class_name: "DTypePolicy", config: { name: "float32" } };
    const config = { branch_count: 3, beta_1: null, dtype, build_config: { input_shape: [null, 3] } };
    expect(read(config).getConfig()).toEqual(written);
    expect(read({ branch_count: 3, dtype: "float32", name: "oak", crown: [2] }).options.name).toBe("oak");
  });

  it("keep what matters in training only, and lose what has no meaning here", () => {
    const config = { branch_count: 3, constraint: { class_name: "Max", config: {} }, seed: 5 };
    expect(read(config).getConfig()).toEqual({ ...written, constraint: config.constraint });
  });

  it.each<[JsonObject, string]>([
    [{ branch_count: 3, roots: [1] }, 'a.h5: tree 1: the entry "roots": [1] is not supported.'],
    [
      { branch_count: 3, dtype: "float16" },
      'tree 1: the entry "dtype": "float16" is not supported, only float32 is.',
    ],
    [
      { branch_count: 3, constructor: 1 } as unknown as JsonObject,
      'the entry "constructor": 1 is not supported.',
    ],
    [{ branch_count: "3" }, 'a.h5: tree 1: Tree branchCount must be a positive integer, but got "3".'],
    [
      { branch_count: 3, format: "none" },
      'tree 1: Tree format must be "last" or "first" (nothing else is supported), but got "none".',
    ],
    [{ branch_count: 3, seed: "x" }, 'a.h5: tree 1, seed must be an integer, but got "x".'],
    [{ branch_count: 3, leaf: "needle" }, 'a.h5: tree 1, leaf: there is no leaf "needle". Known: Leaf.'],
    [{ branch_count: 3, leaf: 5 }, "a.h5: tree 1, leaf: expected a name or an object"],
    [
      { branch_count: 3, leaf: { class_name: "Leaf", config: { weight: -1 } } },
      "tree 1, leaf: Leaf weight must be",
    ],
  ])("such as %j are refused, naming the place", (config, message) => {
    expect(() => read(config)).toThrow(TrazoError);
    expect(() => read(config)).toThrow(message);
  });

  it("say which entries are floats in Python", () => {
    const own = needle({ sharpness: 1 });
    expect(tree({ branchCount: 1, leaf: own, fruit: leaf() }).floatKeys?.()).toEqual(
      new Map([
        ["Tree", new Set(["beta_1", "share", "years", "l2"])],
        ["Wood>Needle", new Set(["sharpness"])],
        ["Leaf", new Set(["weight"])],
      ]),
    );
  });
});

describe("a registry", () => {
  it("knows classes by their names and aliases", () => {
    for (const name of ["Leaf", "leaf", "FOLIAGE"]) expect(leaves.has(name)).toBe(true);
    for (const name of ["toString", "", "Own>Leaf"]) expect(leaves.has(name)).toBe(false);
    expect(leaves.classNames).toEqual(["Leaf"]);
  });

  it("reads what is written, in two keys or four", () => {
    const json = serialize(leaf({ weight: 7 }));
    expect(json).toEqual({ class_name: "Leaf", config: { weight: 7 } });
    expect(leaves.deserialize(json, "here").weight).toBe(7);
    const four = { module: "keras.leaves", ...json, registered_name: null };
    expect(leaves.deserialize(four, "here").weight).toBe(7);
  });

  it("passes objects through", () => {
    const own = leaf({ weight: 2 });
    expect(tree({ branchCount: 1, leaf: own }).options.leaf).toBe(own);
  });

  it("reads a user's own classes under their registered names, within other objects too", () => {
    const own = { layers: [needle] };
    const config = { sharpness: 4 };
    const two = { class_name: "Wood>Needle", config };
    const four = { module: null, class_name: "Needle", config, registered_name: "Wood>Needle" };
    for (const json of [two, four]) expect(leaves.deserialize(json, "here", own).weight).toBe(0.25);
    expect(serialize(leaves.deserialize(two, "here", own))).toEqual(two);
    const whole = { class_name: "Tree", config: { branch_count: 1, fruit: four } };
    expect(trees.deserialize(whole, "here", own).options.fruit?.weight).toBe(0.25);
    expect(() => leaves.deserialize(two, "here")).toThrow(
      /^here: "Wood>Needle" is not a leaf of Keras's own/,
    );
    expect(leaves.has("Needle")).toBe(false);
  });
});
