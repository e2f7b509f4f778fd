import { describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import { reduceSum, square } from "../../src/graph/ops.js";
import { layers, nodeRuntime, optimizers, sequential, tensor } from "../../src/index.js";
import { reservedBytes } from "../../src/kernels/flat-memory.js";
import { lowerings } from "../../src/lowering/registry.js";
import { emitForward } from "../../src/model/forward.js";
import { compilePlan } from "../../src/plan/compile.js";
import { everyOperator } from "../../src/plan/operators/rare.js";
import { inTurn, noise } from "../model/tiny.js";

const side = 12;
const runtimes = {
  plan: nodeRuntime({ threads: 2, engine: "plan" }),
  graph: nodeRuntime({ threads: 1, engine: "graph" }),
};

/** Blocks of convolutions with everything that keeps something for its gradient. */
function network(checkpoint: boolean, engine: keyof typeof runtimes = "plan") {
  const block = (filters: number, channels: number) =>
    sequential(
      [
        layers.input({ shape: [side, side, channels] }),
        layers.conv2d({ filters, kernelSize: 3, padding: "same" }),
        layers.batchNormalization(),
        layers.activation({ activation: "relu" }),
        layers.dropout({ rate: 0.1 }),
        layers.conv2d({ filters, kernelSize: 3, padding: "same", activation: "gelu" }),
        layers.maxPooling2d({ poolSize: 3, strides: 1, padding: "same" }),
      ],
      { name: `block_of_${channels}`, seed: channels, checkpoint },
    );
  return sequential(
    [
      block(8, 3),
      block(8, 8),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      block2(checkpoint),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 5, runtime: runtimes[engine] },
  );
}

/** Ends with a convolution whose relu is outside. */
const block2 = (checkpoint: boolean) =>
  sequential(
    [
      layers.input({ shape: [side - 2, side - 2, 8] }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.conv2d({ filters: 12, kernelSize: 3 }),
    ],
    { name: "last", seed: 9, checkpoint },
  );

async function train(checkpoint: boolean, engine?: keyof typeof runtimes) {
  const model = network(checkpoint, engine);
  model.compile({ optimizer: optimizers.sgd({ learningRate: 0.01 }), loss: "categoricalCrossentropy" });
  const x = tensor("float32", [12, side, side, 3], noise(12 * side * side * 3));
  const y = inTurn(12, 3);
  const { history } = await model.fit(x, y, { epochs: 4, batchSize: 8, verbose: 0 });
  const weights = model.getWeights();
  await model.dispose();
  return { history, weights };
}

describe("a checkpointed block", () => {
  it("is trained to the same bytes", async () => {
    expect(await train(true)).toEqual(await train(false));
  });

  it("changes nothing where the model is run as graphs", async () => {
    expect(await train(true, "graph")).toEqual(await train(false, "graph"));
  });

  it("needs much less memory", () => {
    const bytes = (checkpoint: boolean): number => {
      const { definition } = network(checkpoint);
      const graph = new Graph();
      const { predictions, weights } = emitForward(graph, definition, { dtype: "float32", divisor: 1 }, true);
      return compilePlan({
        graph,
        outputs: { predictions },
        loss: reduceSum(square(predictions)),
        gradients: Object.fromEntries([...weights].map(([{ path }, value]) => [path, value])),
        batch: 256,
        threads: 1,
        lowering: lowerings.tiledGemm,
        operators: everyOperator,
        base: reservedBytes,
        cache: 2 ** 18,
      }).end;
    };
    expect(bytes(true)).toBeLessThan(0.75 * bytes(false));
  });

  it("is an option of yes or no", () => {
    expect(() => sequential([], { checkpoint: "yes" as unknown as boolean })).toThrow(
      /checkpoint must be true or false, but got "yes"/,
    );
  });
});
