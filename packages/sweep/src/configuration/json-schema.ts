import { augmentations, pictureDefaults, pictureSizes, techniques } from "@trazo/practice";
import { callbacks, type JsonObject } from "trazo";
import { countsSteps, type Kind, type KnownType, knownTypes } from "./kinds.js";

type Option = KnownType["options"][string];

const positive = { type: "integer", minimum: 1 };
const typed = (kind: Kind): JsonObject => ({ $ref: `#/$defs/${kind}` });

/**
 * The JSON Schema (draft 2020-12) of a run's configuration, made of the library's own options.
 *
 * @example
 * await writeFile("run.schema.json", JSON.stringify(runSchema(), null, 2));
 */
export const runSchema = (): JsonObject => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "A training run of Trazo",
  ...runObject(),
  $defs: definitions(),
});

/**
 * The JSON Schema (draft 2020-12) of a sweep's file.
 *
 * @example
 * await writeFile("sweep.schema.json", JSON.stringify(sweepSchema(), null, 2));
 */
export const sweepSchema = (): JsonObject => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "A sweep of Trazo: many training runs",
  type: "object",
  properties: {
    run: {
      description: "What every run has in common: a configuration, or the path of its file",
      anyOf: [{ type: "string" }, runObject()],
    },
    space: {
      type: "object",
      description: "The options that vary, e.g. optimizer.learningRate: their values, or a range",
      additionalProperties: { anyOf: [{ type: "array", minItems: 1 }, range] },
    },
    variants: {
      type: "object",
      description: "Named settings: for each the options that it sets",
      additionalProperties: { type: ["object", "null"] },
    },
    search: {
      description: "grid (default), { type: random, runs: 20 }, or asha: asynchronous successive halving",
      anyOf: [searchName, gridSearch, randomSearch, halvingSearch],
    },
    seeds: {
      description: "How many, from the run's seed on, or a list of them. Default: the run's seed alone",
      anyOf: [
        positive,
        { type: "array", items: { type: "integer", minimum: 0 }, minItems: 1, uniqueItems: true },
      ],
    },
    measure: {
      type: "string",
      description:
        "What settings are compared by: val_accuracy, test_accuracy, ... Default: the run's monitor; of settings with different losses the first metric that all have",
    },
    reference: { type: "string", description: "The setting that all others are compared with" },
    threads: { ...positive, description: "Threads of each run. Default: as measured" },
    parallel: { ...positive, description: "Runs at the same time. Default: as measured" },
  },
  additionalProperties: false,
  $defs: definitions(),
});

const drawSeed = { type: "integer", minimum: 0, default: 0, description: "Of what is drawn" };

const searchName: JsonObject = {
  enum: ["grid", "asha"],
  // What editors say of other names; a random search has to say how many runs it makes.
  errorMessage: "search must be grid, asha, or a mapping such as { type: random, runs: 20 }",
};

const gridSearch: JsonObject = {
  title: "a grid",
  type: "object",
  properties: { type: { const: "grid", description: "Every combination" } },
  required: ["type"],
  additionalProperties: false,
};

const randomSearch: JsonObject = {
  title: "a random search",
  type: "object",
  properties: {
    type: { const: "random", description: "Combinations drawn at random" },
    runs: { ...positive, description: "Settings to draw" },
    seed: drawSeed,
  },
  required: ["type", "runs"],
  additionalProperties: false,
};

const halvingSearch: JsonObject = {
  title: "successive halving",
  type: "object",
  properties: {
    type: { const: "asha", description: "All settings for a few epochs, the best for more" },
    runs: { ...positive, description: "Settings to draw. Default: the whole grid" },
    seed: drawSeed,
    minEpochs: { ...positive, default: 1, description: "Epochs of the first rung" },
    factor: {
      type: "integer",
      minimum: 2,
      default: 3,
      description: "One in so many settings of a rung is trained further, for so many times the epochs",
    },
  },
  required: ["type"],
  additionalProperties: false,
};

const range: JsonObject = {
  title: "a range",
  type: "object",
  properties: {
    min: { type: "number", description: "The least value" },
    max: { type: "number", description: "The greatest value" },
    scale: { enum: ["linear", "log"], default: "linear", description: "log: by factors, not differences" },
    integer: { type: "boolean", default: false, description: "Whether values are rounded to integers" },
    steps: { type: "integer", minimum: 2, description: "Points that a grid takes" },
  },
  required: ["min", "max"],
  additionalProperties: false,
};

const imageData: JsonObject = {
  title: "a set of images",
  properties: {
    source: { type: "string", description: "mnist, or a folder with four IDX files", default: "mnist" },
    train: { type: "integer", minimum: 10, description: "Use the first so many training images" },
    test: { ...positive, description: "Use the first so many test images" },
    validation: {
      type: "number",
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.2,
      description: "Share of the training images that is kept for validation",
    },
  },
  additionalProperties: false,
};

const pictureData: JsonObject = {
  title: "a folder of pictures",
  properties: {
    images: { type: "string", description: "A folder of pictures, with a folder for each class" },
    size: {
      type: "integer",
      minimum: pictureSizes.least,
      maximum: pictureSizes.most,
      description: "Pixels per side. Default: by the pictures",
    },
  },
  required: ["images"],
  additionalProperties: false,
};

/** A configuration itself, which refers to `definitions`. */
export const runObject = (): JsonObject => ({
  type: "object",
  properties: {
    data: {
      description:
        "mnist, a folder with four IDX files, or which part of them; or a folder of pictures. Default: all of mnist.",
      anyOf: [
        { type: "string" },
        {
          type: "object",
          // So that a mistake is told of the one kind that was meant.
          if: { required: ["images"] },
          // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
          then: pictureData,
          else: imageData,
        },
      ],
    },
    technique: {
      enum: techniques.map(({ name }) => name),
      description: "A technique of the practice, which decides network, optimizer, loss and augmentation",
    },
    network: {
      description:
        "base (of pictures small or resnet), the path of a .keras or .h5 file, or a list of layers",
      anyOf: [{ type: "string" }, { type: "array", items: typed("layer"), minItems: 1 }],
    },
    optimizer: {
      ...typed("optimizer"),
      description: "Its name, or a mapping with its type and options",
      default: "adam",
    },
    loss: {
      ...typed("loss"),
      description: "Default: categoricalCrossentropy, of pictures sparseCategoricalCrossentropy",
    },
    metrics: {
      type: "array",
      description: "What is measured besides the loss",
      items: typed("metric"),
      default: ["accuracy"],
    },
    augmentation: {
      description: "Options of imageDataGenerator; of pictures also none, light or full",
      anyOf: [{ type: "object" }, { enum: [...augmentations] }],
    },
    reduceLROnPlateau: callbackObject(callbacks.reduceLROnPlateau, "reduceLROnPlateau"),
    earlyStopping: callbackObject(callbacks.earlyStopping, "earlyStopping"),
    epochs: { ...positive, description: `Default: 5, of pictures ${pictureDefaults.epochs}` },
    batchSize: { ...positive, description: `Default: 128, of pictures ${pictureDefaults.batchSize}` },
    monitor: { type: "string", default: "val_accuracy", description: "What the best epoch is chosen by" },
    seed: {
      type: "integer",
      minimum: 0,
      default: 42,
      description: "Of the first weights, the order of the images and all else that is random",
    },
  },
  additionalProperties: false,
});

/** The library's classes, by kind. */
export const definitions = (): JsonObject =>
  Object.fromEntries(
    (Object.keys(knownTypes) as Kind[]).map((kind) => [kind, { anyOf: alternatives(kind) }]),
  );

function alternatives(kind: Kind): JsonObject[] {
  const byName = knownTypes[kind].filter(({ options }) =>
    Object.values(options).every(({ optional }) => optional),
  );
  const names: JsonObject[] = byName.length > 0 ? [{ enum: byName.map(({ name }) => name) }] : [];
  return [...names, ...knownTypes[kind].map((type) => objectOf(type, kind))];
}

function objectOf({ name, options }: KnownType, kind: Kind): JsonObject {
  const entries = Object.entries(options);
  return {
    title: name,
    type: "object",
    properties: {
      type: { const: name },
      ...Object.fromEntries(
        entries.map(([key, option]) => [key, optionJson(option, countsSteps(kind, key))]),
      ),
    },
    required: ["type", ...entries.filter(([, { optional }]) => !optional).map(([key]) => key)],
    additionalProperties: false,
  };
}

function optionJson(option: Option, mayBeShare: boolean): JsonObject {
  const share = { type: "string", pattern: "^\\d+(\\.\\d+)?\\s*%$" };
  const accepted = mayBeShare ? { anyOf: [option.json ?? {}, share] } : (option.json ?? {});
  const fallback = defaultOf(option);
  return { description: option.expected, ...accepted, ...(fallback !== undefined && { default: fallback }) };
}

/** Where it is plain JSON and does not follow from other options. */
function defaultOf({ optional, fallback }: Option): string | number | boolean | undefined {
  if (!optional || fallback === undefined || fallback.length > 0) return undefined;
  const value = fallback({});
  return ["string", "number", "boolean"].includes(typeof value)
    ? (value as string | number | boolean)
    : undefined;
}

function callbackObject(
  maker: { readonly definition: { readonly options: object } },
  name: string,
): JsonObject {
  const options = maker.definition.options as Readonly<Record<string, Option>>;
  return {
    title: name,
    type: "object",
    description: `Options of callbacks.${name}`,
    properties: Object.fromEntries(
      Object.entries(options).map(([key, option]) => [key, optionJson(option, false)]),
    ),
    additionalProperties: false,
  };
}
