import { describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import { isStatic } from "../../src/graph/shape.js";
import type { Node, Value } from "../../src/graph/value.js";
import { apply, type Layer, layers, model, type SymbolicTensor } from "../../src/index.js";
import * as builtIn from "../../src/layers/built-in.js";
import type { MergeLayer } from "../../src/layers/layer.js";
import { emitForward } from "../../src/model/forward.js";
import { everyOperator } from "../../src/plan/operators/rare.js";
import { recognize } from "../../src/plan/recognize.js";

type Name = keyof typeof builtIn;
const images = [7, 6, 4];
const steps = [9, 4];
const rows = [8];

interface Sample {
  readonly layer: Layer | MergeLayer;
  /** Of what the layer takes, without the batch. Default: images. */
  readonly shape?: readonly number[];
}

/** Every layer, with the options that change what it computes. */
const samples: Readonly<Record<Name, readonly Sample[]>> = {
  activation: ["relu", "softmax", "gelu", "softplus"].map((activation) => ({
    layer: layers.activation({ activation: activation as "relu" }),
  })),
  add: [{ layer: layers.add() }],
  average: [{ layer: layers.average() }],
  averagePooling1d: [{ layer: layers.averagePooling1d(), shape: steps }],
  averagePooling2d: [{ layer: layers.averagePooling2d() }],
  batchNormalization: [
    { layer: layers.batchNormalization() },
    { layer: layers.batchNormalization({ trainable: false }) },
    { layer: layers.batchNormalization(), shape: rows },
  ],
  centerCrop: [{ layer: layers.centerCrop({ height: 4, width: 4 }) }],
  concatenate: [{ layer: layers.concatenate() }],
  conv1d: [
    { layer: layers.conv1d({ filters: 4, kernelSize: 3, padding: "causal" }), shape: steps },
    { layer: layers.conv1d({ filters: 4, kernelSize: 3, groups: 2 }), shape: steps },
  ],
  conv2d: [
    { layer: layers.conv2d({ filters: 4, kernelSize: 3 }) },
    { layer: layers.conv2d({ filters: 4, kernelSize: 3, groups: 2 }) },
  ],
  conv2dTranspose: [{ layer: layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }) }],
  cropping1d: [{ layer: layers.cropping1d(), shape: steps }],
  cropping2d: [{ layer: layers.cropping2d({ cropping: 1 }) }],
  dense: [{ layer: layers.dense({ units: 5 }) }, { layer: layers.dense({ units: 5 }), shape: rows }],
  depthwiseConv2d: [
    { layer: layers.depthwiseConv2d({ kernelSize: 3 }) },
    { layer: layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }) },
  ],
  dropout: [{ layer: layers.dropout({ rate: 0.5 }) }],
  elu: [{ layer: layers.elu() }],
  flatten: [{ layer: layers.flatten() }],
  gaussianNoise: [{ layer: layers.gaussianNoise({ stddev: 0.1 }) }],
  globalAveragePooling1d: [{ layer: layers.globalAveragePooling1d(), shape: steps }],
  globalAveragePooling2d: [
    { layer: layers.globalAveragePooling2d() },
    { layer: layers.globalAveragePooling2d({ keepDims: true }) },
  ],
  globalMaxPooling1d: [{ layer: layers.globalMaxPooling1d(), shape: steps }],
  globalMaxPooling2d: [{ layer: layers.globalMaxPooling2d() }],
  groupNormalization: [
    { layer: layers.groupNormalization({ groups: 2 }) },
    { layer: layers.groupNormalization({ groups: -1, scale: false }) },
    { layer: layers.groupNormalization({ groups: 1, axis: 1 }) },
  ],
  layerNormalization: [
    { layer: layers.layerNormalization() },
    { layer: layers.layerNormalization({ axis: [1, 2, 3], center: false }) },
    { layer: layers.layerNormalization({ axis: [1, 2] }) },
    { layer: layers.layerNormalization(), shape: rows },
  ],
  leakyRelu: [{ layer: layers.leakyRelu() }],
  maxPooling1d: [{ layer: layers.maxPooling1d(), shape: steps }],
  maxPooling2d: [{ layer: layers.maxPooling2d() }],
  maximum: [{ layer: layers.maximum() }],
  minimum: [{ layer: layers.minimum() }],
  multiply: [{ layer: layers.multiply() }],
  normalization: [
    { layer: layers.normalization() },
    { layer: layers.normalization({ mean: [1, 2, 3, 4], variance: [1, 2, 3, 4], invert: true }) },
  ],
  permute: [{ layer: layers.permute({ dims: [3, 1, 2] }) }],
  prelu: [{ layer: layers.prelu() }, { layer: layers.prelu({ sharedAxes: [1, 2] }) }],
  randomBrightness: [{ layer: layers.randomBrightness({ factor: 0.1 }) }],
  randomContrast: [{ layer: layers.randomContrast({ factor: 0.1 }) }],
  randomCrop: [{ layer: layers.randomCrop({ height: 5, width: 5 }) }],
  randomFlip: [{ layer: layers.randomFlip() }],
  randomRotation: [{ layer: layers.randomRotation({ factor: 0.1 }) }],
  randomTranslation: [{ layer: layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }) }],
  randomZoom: [{ layer: layers.randomZoom({ heightFactor: 0.1 }) }],
  reLU: [
    { layer: layers.reLU() },
    { layer: layers.reLU({ maxValue: 6, negativeSlope: 0.1, threshold: 0.2 }) },
  ],
  repeatVector: [{ layer: layers.repeatVector({ n: 3 }), shape: rows }],
  rescaling: [{ layer: layers.rescaling({ scale: 2, offset: 1 }) }],
  reshape: [{ layer: layers.reshape({ targetShape: [-1] }) }],
  resizing: [
    { layer: layers.resizing({ height: 5, width: 9 }) },
    { layer: layers.resizing({ height: 5, width: 9, interpolation: "nearest" }) },
    { layer: layers.resizing({ height: 5, width: 9, interpolation: "bicubic", cropToAspectRatio: true }) },
  ],
  separableConv2d: [
    { layer: layers.separableConv2d({ filters: 5, kernelSize: 3 }) },
    { layer: layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2 }) },
  ],
  softmax: [{ layer: layers.softmax() }, { layer: layers.softmax({ axis: 1 }) }],
  spatialDropout2d: [{ layer: layers.spatialDropout2d({ rate: 0.5 }) }],
  subtract: [{ layer: layers.subtract() }],
  upSampling1d: [{ layer: layers.upSampling1d(), shape: steps }],
  upSampling2d: [
    { layer: layers.upSampling2d() },
    { layer: layers.upSampling2d({ interpolation: "bilinear", size: [2, 3] }) },
  ],
  zeroPadding1d: [{ layer: layers.zeroPadding1d(), shape: steps }],
  zeroPadding2d: [{ layer: layers.zeroPadding2d() }],
};

/** They have to stand before the first layer with weights, and so before what the plan computes. */
const first = new Set<Name>(["randomCrop", "randomRotation", "randomTranslation", "randomZoom"]);

const merges = new Set<Name>(["add", "average", "concatenate", "maximum", "minimum", "multiply", "subtract"]);

/** The operators of a layer behind a dense one that the plan leaves to graphs. */
function leftOver(name: Name, { layer, shape = images }: Sample, training: boolean): string[] {
  const x = layers.input({ shape });
  const before = [0, 1].map(() => apply(layers.dense({ units: shape.at(-1) as number }), x));
  const taken = merges.has(name) ? before : before.slice(0, 1);
  const y = apply(
    layer as MergeLayer,
    merges.has(name) ? taken : (taken[0] as SymbolicTensor & SymbolicTensor[]),
  );
  const graph = new Graph();
  const made = model({ inputs: x, outputs: [...taken, y] });
  const { allPredictions, weights, updates } = emitForward(
    graph,
    made.definition,
    { dtype: "float32", divisor: 1 },
    training,
  );
  const inputs = new Set(producersOf(allPredictions.slice(0, -1)));
  const wanted = [...allPredictions.slice(-1), ...updates.values()];
  const { parts } = recognize(
    graph,
    wanted,
    training ? made.definition.trainableVariables.map((one) => weights.get(one) as Value) : [],
    everyOperator,
  );
  const islands = parts.flatMap((part) => (part.kind === "island" ? part.island.nodes : []));
  // What is the same for all samples, such as a function of weights, is not worth a kernel.
  const isPerSample = (node: Node): boolean => node.outputs.some(({ shape }) => !shape.every(isStatic));
  return islands.filter((node) => !inputs.has(node) && isPerSample(node)).map(({ op }) => op);
}

function producersOf(values: readonly Value[]): Node[] {
  const found = new Set<Node>();
  const pending = [...values];
  for (let value = pending.pop(); value; value = pending.pop()) {
    const node = value.producer;
    if (!node || found.has(node)) continue;
    found.add(node);
    for (const input of node.inputs) if (input) pending.push(input);
  }
  return [...found];
}

describe("the plan computes every layer itself", () => {
  const cases = (Object.keys(builtIn) as Name[])
    .filter((name) => !first.has(name))
    .flatMap((name) => samples[name].map((sample, i) => [name, i, sample] as const));
  it.each(cases)("%s %i", (name, _, sample) => {
    expect(leftOver(name, sample, true)).toEqual([]);
    expect(leftOver(name, sample, false)).toEqual([]);
  });

  it.each([...first])("but for %s, which has to come first", (name) => {
    for (const sample of samples[name])
      expect(() => leftOver(name, sample, true)).toThrow("must come before the first layer with weights");
  });

  it("of which none is left out here", () => {
    expect(Object.keys(samples).sort()).toEqual(Object.keys(builtIn).sort());
  });
});
