import { describe, expect, it } from "vitest";
import {
  apply,
  defineMergeLayer,
  initializers,
  layers,
  loadModel,
  type Model,
  model,
  ops,
  options,
  type Shape,
  tensor,
  type Value,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { noise } from "../optimizers/flat.js";

const { path } = temporaryFolder();
const random = noise(4);
const x = tensor("float32", [12, 6], Float32Array.from({ length: 72 }, random));
const y = tensor("float32", [12, 1], Float32Array.from({ length: 12 }, random));
const once = { batchSize: 4, epochs: 1, shuffle: false, verbose: 0 } as const;

/** A variational autoencoder's: draws from normal distributions, and holds them near the standard one. */
const sampling = defineMergeLayer({
  className: "Sampling",
  options: { pull: options.withDefault(options.number({ min: 0 }), 0.1) },
  inputs: 2,
  create: ({ pull }) => ({
    build: ([mean]) => ({ outputShape: mean as Shape, weights: [] }),
    call([mean, logVariance], _weights, context) {
      const [m, v] = [mean as Value, logVariance as Value];
      const divergence = ops.sub(ops.sub(ops.add(ops.square(m), ops.exp(v)), v), 1);
      context.addLoss(ops.mul(ops.reduceMean(divergence), pull));
      if (!context.training) return m;
      return ops.add(m, ops.mul(ops.exp(ops.mul(v, 0.5)), context.normalNoise(m.shape)));
    },
  }),
});

/** A mean whose shares are learned. */
const blend = defineMergeLayer({
  className: "Blend",
  options: {},
  create: () => ({
    build: (shapes) => ({
      outputShape: shapes[0] as Shape,
      weights: [
        { name: "shares", shape: [shapes.length], initializer: initializers.ones(), trainable: true },
      ],
    }),
    call: (xs, { shares }) =>
      xs
        .map((one, i) => ops.mul(one, ops.slice(shares as Value, 0, i, i + 1)))
        .reduce((a, b) => ops.add(a, b)),
  }),
});

function network(): Model {
  const given = layers.input({ shape: [6] });
  const dense = (units: number) => layers.dense({ units });
  const sampled = apply(sampling({ pull: 0.5 }), [apply(dense(3), given), apply(dense(3), given)]);
  const blended = apply(blend({ name: "mixture" }), [sampled, apply(dense(3), given)]);
  const net = model({ inputs: given, outputs: apply(dense(1), blended), seed: 3 });
  net.compile({ optimizer: "adam", loss: "mse" });
  return net;
}

describe("a layer of one's own that makes one tensor of several", () => {
  it.each(["merge.keras", "merge.h5"])("is trained, saved and opened again, in %s", async (file) => {
    const net = network();
    await net.fit(x, y, once);
    const shares = net.getLayer("mixture").getWeights()[0] as Float32Array;
    expect(Array.from(shares)).not.toEqual([1, 1]);
    await net.save(path(file));
    const again = await loadModel(path(file), { seed: 3, customObjects: { layers: [sampling, blend] } });
    expect(await again.predict(x)).toEqual(await net.predict(x));
    expect(await again.evaluate(x, y)).toEqual(await net.evaluate(x, y));
    expect(again.getLayer("mixture").getWeights()[0]).toEqual(shares);
    await expect(loadModel(path(file), { customObjects: { layers: [blend] } })).rejects.toThrow(
      /"Custom>Sampling" is not a layer of Keras's own/,
    );
  });

  it("can be frozen", async () => {
    const net = network();
    net.setTrainable((layer) => layer.name !== "mixture");
    net.compile({ optimizer: "adam", loss: "mse" });
    await net.fit(x, y, once);
    expect(Array.from(net.getLayer("mixture").getWeights()[0] as Float32Array)).toEqual([1, 1]);
  });

  it("refuses another number of tensors", () => {
    const given = layers.input({ shape: [6] });
    expect(() => apply(sampling(), [given, given, given])).toThrow(
      /^apply\(Sampling\): Sampling takes 2 tensors, .* but got 3\.$/,
    );
  });
});
