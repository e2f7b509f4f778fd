import { describe, expect, it } from "vitest";
import { slotOrder } from "../../src/formats/slot-order.js";
import { adam } from "../../src/optimizers/adam.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import { rmsprop } from "../../src/optimizers/rmsprop.js";
import { sgd } from "../../src/optimizers/sgd.js";

/** The stored arrays as Keras would name them: slot, then variable. */
const names = (optimizer: Optimizer, momentsApart: boolean): string[] =>
  slotOrder(optimizer, 2, momentsApart).map(({ variable, slot }) => `${optimizer.slots[slot]} ${variable}`);

const moments = ["momentum 0", "velocity 0", "momentum 1", "velocity 1"];
const separateMoments = ["momentum 0", "momentum 1", "velocity 0", "velocity 1"];
const maxima = ["velocity_hat 0", "velocity_hat 1"];

describe("an optimizer's slots are stored", () => {
  it("with Adam's moments side by side, by Keras from 2.11 on", () => {
    expect(names(adam(), false)).toEqual(moments);
    expect(names(adam({ amsgrad: true }), false)).toEqual([...moments, ...maxima]);
  });

  it("slot by slot, by Keras up to 2.10", () => {
    expect(names(adam(), true)).toEqual(separateMoments);
    expect(names(adam({ amsgrad: true }), true)).toEqual([...separateMoments, ...maxima]);
  });

  it("slot by slot for the others, by every version", () => {
    for (const momentsApart of [true, false]) {
      expect(names(rmsprop({ momentum: 0.5, centered: true }), momentsApart)).toEqual([
        "velocity 0",
        "velocity 1",
        "momentum 0",
        "momentum 1",
        "average_gradient 0",
        "average_gradient 1",
      ]);
      expect(names(sgd({ momentum: 0.5 }), momentsApart)).toEqual(["momentum 0", "momentum 1"]);
      expect(names(sgd(), momentsApart)).toEqual([]);
    }
  });
});
