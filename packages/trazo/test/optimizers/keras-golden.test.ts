import { describe, expect, it } from "vitest";
import { createKernels } from "../../src/kernels/kernels.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import { deserializeOptimizer } from "../../src/optimizers/registry.js";
import {
  caseName,
  largestDeviation,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
} from "../fixtures/keras/keras-fixtures.js";
import { placeVariable } from "./flat.js";

interface OptimizerCase {
  readonly optimizer: Serialized;
  readonly start: readonly StoredTensor[];
  /** By step, by variable. */
  readonly gradients: readonly (readonly StoredTensor[])[];
  readonly after: readonly StoredTensor[][];
}

const cases = readKerasFixture<OptimizerCase[]>("optimizer-steps.json");

describe("given Keras's gradients", () => {
  it.each(cases.map((given) => [caseName(given.optimizer), given] as const))(
    "%s moves the weights to where Keras moves them",
    async (_, { optimizer: config, start, gradients, after }) => {
      const optimizer = deserializeOptimizer(config, "fixture");
      const kernels = await createKernels(4096);
      const variables = start.map(({ data }) => placeVariable(kernels, optimizer, data));
      const spans = variables.map(({ span }) => span);
      for (const [step, stepGradients] of gradients.entries()) {
        for (const [i, { g }] of variables.entries()) g.set((stepGradients[i] as StoredTensor).data);
        applyUpdates(optimizer, kernels, spans);
        for (const [i, { p }] of variables.entries()) {
          expect(largestDeviation(p, (after[step] as StoredTensor[])[i]?.data ?? [])).toBeLessThan(1e-6);
        }
      }
    },
  );

  it("covers every optimizer, clipping of each kind and a schedule", () => {
    const text = JSON.stringify(cases.map(({ optimizer }) => optimizer));
    for (const name of ["Adam", "AdamW", "SGD", "RMSprop", "ExponentialDecay"]) {
      expect(text).toContain(`"class_name":"${name}"`);
    }
    for (const clipping of ["clipnorm", "clipvalue", "global_clipnorm"]) {
      expect(text).toMatch(new RegExp(`"${clipping}":[0-9]`));
    }
  });
});
