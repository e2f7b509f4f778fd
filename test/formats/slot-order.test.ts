import { describe, expect, it } from "vitest";
import { slotOrder } from "../../src/formats/slot-order.js";
import { adam } from "../../src/optimizers/adam.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import { rmsprop } from "../../src/optimizers/rmsprop.js";
import { sgd } from "../../src/optimizers/sgd.js";

/** The stored arrays as Keras would name them: slot, then variable. */
const names = (optimizer: Optimizer, version: string): string[] =>
  slotOrder(optimizer, 2, version).map(({ variable, slot }) => `${optimizer.slots[slot]} ${variable}`);

const moments = ["momentum 0", "velocity 0", "momentum 1", "velocity 1"];
const separateMoments = ["momentum 0", "momentum 1", "velocity 0", "velocity 1"];
const maxima = ["velocity_hat 0", "velocity_hat 1"];

describe("an optimiser's slots are stored", () => {
  it.each(["2.11.0", "2.15.0", "3.15.1"])("with Adam's moments side by side, by Keras %s", (version) => {
    expect(names(adam(), version)).toEqual(moments);
    expect(names(adam({ amsgrad: true }), version)).toEqual([...moments, ...maxima]);
  });

  it.each(["1", "2.3.1-tf", "2.10.0"])("slot by slot, by Keras %s", (version) => {
    expect(names(adam(), version)).toEqual(separateMoments);
    expect(names(adam({ amsgrad: true }), version)).toEqual([...separateMoments, ...maxima]);
  });

  it("slot by slot for the others, by every version", () => {
    for (const version of ["2.10.0", "2.15.0", "3.0.0"]) {
      expect(names(rmsprop({ momentum: 0.5, centered: true }), version)).toEqual([
        "velocity 0",
        "velocity 1",
        "momentum 0",
        "momentum 1",
        "average_gradient 0",
        "average_gradient 1",
      ]);
      expect(names(sgd({ momentum: 0.5 }), version)).toEqual(["momentum 0", "momentum 1"]);
      expect(names(sgd(), version)).toEqual([]);
    }
  });
});
