import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { runSchema, sweepSchema } from "../src/index.js";

const ajv = new Ajv2020({ strict: false });
const validators = { run: ajv.compile(runSchema()), sweep: ajv.compile(sweepSchema()) };
const accepts = (name: keyof typeof validators, text: string): boolean => validators[name](parse(text));

describe("the published JSON Schemas", () => {
  test("are those of the sources (if not: npx tsx packages/sweep/scripts/write-schemas.ts)", () => {
    const published = (name: string): unknown =>
      JSON.parse(readFileSync(new URL(`../${name}.schema.json`, import.meta.url), "utf8"));
    expect(published("run")).toEqual(JSON.parse(JSON.stringify(runSchema())));
    expect(published("sweep")).toEqual(JSON.parse(JSON.stringify(sweepSchema())));
  });

  test.each([
    "{}",
    "network: base\noptimizer: adam",
    "optimizer: {type: sgd, learningRate: {type: cosineDecay, initialLearningRate: 0.1, decaySteps: 50%}}",
    "network: [flatten, {type: dense, units: 10, kernelRegularizer: {type: l2, l2: 0.1}, kernelConstraint: maxNorm}]",
    "technique: best\nepochs: 25",
    "data: {images: animals, size: 32}",
    "data: {train: 100, validation: 0.1}",
    "data: folder",
    "metrics: [accuracy, {type: topKAccuracy, k: 3}]\nearlyStopping: {patience: 3}",
  ])("accept a run: %s", (text) => {
    expect(accepts("run", text)).toBe(true);
  });

  test.each([
    "epoch: 3",
    "epochs: 0",
    "optimizer: adma",
    "optimizer: {type: adam, learningRate: -1}",
    "network: [{type: dense}]",
    "network: [{type: dense, units: 10, padding: same}]",
    "technique: none",
    "data: {images: animals, train: 100}",
    "data: {source: mnist, size: 32}",
  ])("refuse a run: %s", (text) => {
    expect(accepts("run", text)).toBe(false);
  });

  test("accept sweeps and refuse others", () => {
    expect(
      accepts("sweep", "run: run.yaml\nspace: {epochs: [1, 2], batchSize: {min: 1, max: 9}}\nseeds: 3"),
    ).toBe(true);
    expect(accepts("sweep", "run: {epochs: 2}\nvariants: {a: , b: {epochs: 3}}\nsearch: {type: asha}")).toBe(
      true,
    );
    expect(accepts("sweep", "run: {epochs: 0}")).toBe(false);
    expect(accepts("sweep", "space: {epochs: 3}")).toBe(false);
    expect(accepts("sweep", "search: bayes")).toBe(false);
    expect(accepts("sweep", "search: random")).toBe(false);
    expect(accepts("sweep", "search: asha")).toBe(true);
    expect(accepts("sweep", "search: {type: grid, runs: 3}")).toBe(false);
    expect(accepts("sweep", "search: {type: random, runs: 3, seed: 1}")).toBe(true);
    expect(accepts("sweep", "search: {type: random}")).toBe(false);
    expect(accepts("sweep", "search: {type: asha, runs: 3, minEpochs: 2}")).toBe(true);
  });

  test("say of every option what it is", () => {
    const { properties } = runSchema() as { properties: Record<string, { description?: string }> };
    const sweep = sweepSchema() as { properties: Record<string, { description?: string }> };
    for (const [name, { description }] of [
      ...Object.entries(properties),
      ...Object.entries(sweep.properties),
    ]) {
      expect(description, name).toBeTruthy();
    }
  });
});
