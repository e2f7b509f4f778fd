import { messageIn } from "@trazo/practice";
import type { TrazoError } from "trazo";
import { describe, expect, test } from "vitest";
import { checkConfiguration, parseSetting, parseText, withSettings } from "../src/index.js";

const check = (text: string, ...settings: string[]) =>
  checkConfiguration(withSettings(parseText(text, "run.yaml"), settings.map(parseSetting)));

test("a folder of pictures has its own defaults, and what it decides cannot be given", () => {
  const check = (text: string) => checkConfiguration(parseText(text, "run.yaml"), "/course");
  expect(check("data: { images: animals }").configuration).toEqual({
    data: { source: "/course/animals", isPictures: true },
    network: "small",
    epochs: 60,
    batchSize: 32,
    monitor: "val_loss",
  });
  expect(check("data: { images: animals, size: 64 }\naugmentation: light\nnetwork: resnet")).toMatchObject({
    configuration: { data: { size: 64 }, augmentation: "light", network: "resnet" },
  });
  const goal =
    "loss: { type: categoricalCrossentropy, labelSmoothing: 0.1 }\nmetrics: [accuracy, topKAccuracy]";
  expect(check(`data: { images: animals }\n${goal}`).configuration).toMatchObject({
    loss: { type: "categoricalCrossentropy", labelSmoothing: 0.1 },
    metrics: [{ type: "accuracy" }, { type: "topKAccuracy" }],
    monitor: "val_loss",
  });
  for (const [text, message] of [
    ["data: { images: a, train: 10 }", /line 1: data.train/],
    ["data: { images: a, size: 4 }", /line 1: data.size must be an integer of at least 8, but is 4/],
    ["data: { images: a, size: 4000 }", /data.size must be at most 1024, but is 4000/],
    [
      "data: { images: a }\nmonitor: val_accuracy",
      /line 2: monitor cannot be given with a folder of pictures/,
    ],
    ["data: { images: a }\nloss: focal", /line 2: loss is "focal", which is not the name of a loss/],
    [
      "data: { images: a }\nmetrics: [focal]",
      /line 2: metrics.0 is "focal", which is not the name of a metric/,
    ],
    [
      "data: { images: a }\nnetwork: base",
      /Give small, resnet, the path of a .keras or .h5 file, or a list of layers/,
    ],
    [
      "data: { images: a }\naugmentation: some",
      /is "some". Give none, light, full, or options of imageDataGenerator/,
    ],
  ] as const) {
    expect(() => check(text)).toThrow(message);
  }
});

describe("a configuration", () => {
  test("is completed with defaults", () => {
    expect(check("")).toEqual({
      seed: 42,
      configuration: {
        data: { source: "mnist" },
        network: "base",
        optimizer: { type: "adam" },
        loss: { type: "categoricalCrossentropy" },
        metrics: [{ type: "accuracy" }],
        epochs: 5,
        batchSize: 128,
        monitor: "val_accuracy",
      },
    });
  });

  test("has layers and what is in them, by the library's names", () => {
    const { configuration } = check(
      `
network:
  - { type: conv2d, filters: 4, kernelSize: 3, activation: relu, kernelRegularizer: { type: l2, l2: 1e-4 } }
  - flatten
  - { type: dense, units: 10, activation: softmax, kernel_initializer: he_normal }
`.replace("kernel_initializer", "kernelInitializer"),
    );
    expect(configuration.network).toEqual([
      {
        type: "conv2d",
        filters: 4,
        kernelSize: 3,
        activation: "relu",
        kernelRegularizer: { type: "l2", l2: 1e-4 },
      },
      { type: "flatten" },
      { type: "dense", units: 10, activation: "softmax", kernelInitializer: { type: "heNormal" } },
    ]);
  });

  test.each([
    [
      "epochs: 3\nbatchsize: 5",
      "run.yaml, line 2: batchsize is not a known option. Known here: data, technique, network",
    ],
    [
      "optimizer:\n  type: adam\n  learningRate: fast",
      'run.yaml, line 3: optimizer.learningRate must be a finite number of at least 0, or a schedule, but got "fast".',
    ],
    [
      "optimizer: adma",
      'run.yaml, line 1: optimizer is "adma", which is not the name of an optimizer. Known: adadelta, adagrad, adam',
    ],
    [
      "optimizer: {type: sgd, beta1: 0.5}",
      "run.yaml, line 1: optimizer.beta1 is not an option of sgd. Known: learningRate",
    ],
    [
      "network:\n  - flatten\n  - type: dense",
      "run.yaml, line 3: network.1 lacks units, which dense needs: a positive integer.",
    ],
    [
      "network: [{type: dense, units: 10, kernelRegularizer: {type: l2, l2: -1}}]",
      "network.0.kernelRegularizer.l2 must be a finite number of at least 0, but got -1.",
    ],
    ["technique: base\noptimizer: adam", "run.yaml, line 2: optimizer cannot be given with a technique"],
    ["epochs: 0", "run.yaml, line 1: epochs must be an integer of at least 1, but is 0."],
    [
      "augmentation: {rotation: 3}",
      'run.yaml, line 1: augmentation cannot be used: ImageDataGenerator has no option "rotation"',
    ],
    ["a: [1", "run.yaml, line 1: this is not valid YAML"],
    ["network: nothing.keras", "which cannot be read"],
  ])("%s: says what is wrong, and where", (text, message) => {
    expect(() => check(text)).toThrow(message);
  });

  test("takes single options from the command line, with the type that the option has", () => {
    const { configuration } = check(
      "optimizer: adam",
      "optimizer.learningRate=3e-4",
      "data.source=123",
      "epochs=7",
    );
    expect(configuration).toMatchObject({ optimizer: { type: "adam", learningRate: 3e-4 }, epochs: 7 });
    expect(configuration.data.source).toMatch(/123$/);
    expect(
      check("network: [flatten, {type: dropout, rate: 0.1}]", "network.1.rate=0.5").configuration.network,
    ).toEqual([{ type: "flatten" }, { type: "dropout", rate: 0.5 }]);
    expect(() => check("", "optimizer.learningRate=fast")).toThrow(
      "--set optimizer.learningRate=fast: optimizer.learningRate must be a finite number",
    );
    expect(() => check("", "epochs")).toThrow("--set takes an option and its value");
    expect(() => check("network: [flatten]", "network.3.rate=1")).toThrow("network is a list of 1");
  });

  test("lets a schedule count its steps as a share of the run", () => {
    const text =
      "optimizer: {type: sgd, learningRate: {type: cosineDecay, initialLearningRate: 0.1, decaySteps: 50%}}";
    expect(check(text).configuration.optimizer).toMatchObject({ learningRate: { decaySteps: "50%" } });
    expect(() => check(text.replace("50%", "half"))).toThrow(/decaySteps must be/);
  });
});

describe("what is wrong is also said in Spanish", () => {
  const inSpanish = (text: string, ...settings: string[]): string => {
    try {
      check(text, ...settings);
    } catch (error) {
      return messageIn(error as TrazoError, "es");
    }
    throw new Error("Nothing is wrong.");
  };

  test.each([
    ["epochs: 0", "run.yaml, línea 1: epochs debe ser un entero no menor que 1, pero es 0."],
    [
      "epochs: 3\nbatchsize: 5",
      /^run\.yaml, línea 2: batchsize no es una opción conocida\. Aquí se puede dar: data, technique/,
    ],
    ["a: [1", /^run\.yaml, línea 1: no es YAML válido: /],
    [
      "network:\n  - flatten\n  - { type: dense, units: 1.5 }",
      "run.yaml, línea 3: network.1.units debe ser un entero no menor que 1, pero es 1.5.",
    ],
    [
      "network: [{ type: dense }]",
      "run.yaml, línea 1: network.0 no dice units, que dense necesita: un entero no menor que 1.",
    ],
    [
      "network: [{ type: conv2d, filters: 2, kernelSize: 3, padding: big }]",
      /network\.0\.padding debe ser uno de estos valores: .*valid.*, pero es "big"\./,
    ],
    ["optimizer: adma", /^run\.yaml, línea 1: optimizer es "adma", que no es el nombre de un optimizador\./],
    ["technique: base\noptimizer: adam", /optimizer no se puede dar junto con una técnica/],
  ])("%s", (text, message) => {
    expect(inSpanish(text)).toMatch(message);
  });

  test("of an option of the command line", () => {
    expect(inSpanish("", "epochs")).toMatch(/^--set toma una opción y su valor/);
    expect(inSpanish("network: [flatten]", "network.3.rate=1")).toMatch(
      /^--set network\.3\.rate=1: network es una lista de 1,/,
    );
  });
});
