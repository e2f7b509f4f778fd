import {
  apply,
  constraints,
  initializers,
  type Layer,
  type Loss,
  layers,
  losses,
  type Metric,
  type Model,
  metrics,
  model,
  type Optimizer,
  optimizers,
  regularizers,
  type Sequential,
  type SymbolicTensor,
  schedules,
  sequential,
} from "trazo";

const { l1, l2, l1l2 } = regularizers;

const stack = (shape: readonly number[], list: readonly Layer[]): Sequential =>
  sequential([layers.input({ shape }), ...list], { seed: 9 });

/** Layers with other options than the usual ones. */
const everyLayer = (): Sequential =>
  stack(
    [12, 12, 2],
    [
      layers.randomRotation({ factor: [-0.1, 0.1], fillMode: "nearest" }),
      layers.randomTranslation({
        heightFactor: 0.1,
        widthFactor: [-0.2, 0.3],
        fillMode: "constant",
        fillValue: 1,
      }),
      layers.randomZoom({ heightFactor: [-0.1, 0.2], widthFactor: 0.5, interpolation: "nearest" }),
      layers.gaussianNoise({ stddev: 0.1 }),
      layers.randomFlip({ mode: "vertical" }),
      layers.randomBrightness({ factor: [-0.2, 0.1], valueRange: [0, 1] }),
      layers.randomCrop({ height: 12, width: 12 }),
      layers.conv2d({
        filters: 3,
        kernelSize: [3, 2],
        strides: [1, 2],
        padding: "same",
        useBias: false,
        activation: "elu",
      }),
      layers.batchNormalization({ momentum: 0.9, epsilon: 0.01, scale: false }),
      layers.spatialDropout2d({ rate: 0.25 }),
      layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2 }),
      layers.averagePooling2d({ poolSize: [2, 1], strides: 1, padding: "same" }),
      layers.maxPooling2d({ poolSize: 2, strides: [1, 2] }),
      layers.reshape({ targetShape: [-1, 2, 4] }),
      layers.globalAveragePooling2d({ keepDims: true }),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 5, activation: "tanh", useBias: false }),
      layers.activation({ activation: "softplus" }),
      layers.dense({ units: 3, name: "frozen", trainable: false }),
      layers.dense({ units: 2, activation: "softmax" }),
    ],
  );

/** Layers that prepare images, and normalizations. */
const preparing = (): Sequential =>
  stack(
    [9, 8, 4],
    [
      layers.rescaling({ scale: 0.5, offset: [0, 1, 2, 3] }),
      layers.normalization({ axis: [3] }),
      layers.normalization({ mean: [1, 2, 3, 4], variance: [1, 4, 9, 16], invert: true }),
      layers.centerCrop({ height: 7, width: 7 }),
      layers.groupNormalization({ groups: 2, epsilon: 0.01, scale: false }),
      layers.layerNormalization({ axis: 3 }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  );

/** Layers with options that Keras 2 lacks. */
const ofKeras3 = (): Sequential =>
  stack(
    [9, 8, 4],
    [
      layers.randomContrast({ factor: [0.1, 0.2], valueRange: [0, 1] }),
      layers.leakyRelu({ negativeSlope: 0.25 }),
      layers.resizing({
        height: 12,
        width: 10,
        interpolation: "bicubic",
        padToAspectRatio: true,
        fillValue: 1,
      }),
      layers.resizing({ height: 5, width: 6, interpolation: "lanczos3", antialias: true }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  );

/** Layers that change the shape of images, other convolutions, and activations that are layers. */
const shaping = (): Sequential =>
  stack(
    [6, 5, 2],
    [
      layers.zeroPadding2d({
        padding: [
          [0, 1],
          [2, 1],
        ],
      }),
      layers.cropping2d({
        cropping: [
          [1, 0],
          [1, 0],
        ],
      }),
      layers.upSampling2d({ size: [2, 1] }),
      layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, activation: "tanh" }),
      layers.separableConv2d({ filters: 3, kernelSize: 2, useBias: false }),
      layers.elu({ alpha: 0.5 }),
      layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
      layers.prelu({ sharedAxes: [1, 2] }),
      layers.permute({ dims: [2, 1, 3] }),
      layers.globalMaxPooling2d(),
      layers.repeatVector({ n: 3 }),
      layers.softmax(),
      layers.layerNormalization({ axis: 2 }),
      layers.flatten(),
      layers.reLU({ maxValue: 6, threshold: 0.125 }),
      layers.dense({ units: 2 }),
    ],
  );

const sequences = (): Sequential =>
  stack(
    [16, 2],
    [
      layers.conv1d({ filters: 4, kernelSize: 3, padding: "causal", dilationRate: 2, activation: "relu" }),
      layers.zeroPadding1d({ padding: [2, 0] }),
      layers.maxPooling1d({ poolSize: 3, strides: 1 }),
      layers.upSampling1d({ size: 3 }),
      layers.cropping1d({ cropping: [0, 1] }),
      layers.averagePooling1d({ padding: "same" }),
      layers.globalAveragePooling1d({ keepDims: true }),
      layers.conv1d({ filters: 2, kernelSize: 1 }),
      layers.globalMaxPooling1d(),
    ],
  );

const merging = (): Model => {
  const pixels = layers.input({ shape: [5, 5, 1] });
  const [a, b] = [1, 2].map(() =>
    apply(layers.conv2d({ filters: 2, kernelSize: 2, activation: "tanh" }), pixels),
  ) as [SymbolicTensor, SymbolicTensor];
  const merged = [
    layers.add(),
    layers.subtract(),
    layers.multiply(),
    layers.average(),
    layers.maximum(),
    layers.minimum(),
  ].map((layer) => apply(layer, [a, b]));
  const all = apply(layers.flatten(), apply(layers.concatenate(), merged));
  return model({ inputs: pixels, outputs: apply(layers.dense({ units: 2 }), all), seed: 9 });
};

const pooledOtherwise = (): Sequential =>
  stack([6, 6, 2], [layers.conv2d({ filters: 2, kernelSize: 3 }), layers.globalAveragePooling2d()]);

const activations = [
  "linear",
  "relu",
  "leakyRelu",
  "elu",
  "selu",
  "gelu",
  "swish",
  "sigmoid",
  "tanh",
  "softplus",
  "softsign",
  "exponential",
  "softmax",
] as const;
/** Keras 2 has no relu6, and computes another hard_sigmoid. */
const keras3Activations = ["relu6", "hardSigmoid"] as const;

const chain = (names: readonly (typeof activations | typeof keras3Activations)[number][]): Sequential =>
  stack(
    [4],
    [...names.map((name) => layers.dense({ units: 4, activation: name })), layers.dense({ units: 2 })],
  );

const everyInitializer = (): Sequential => {
  const { constant, ones, zeros, orthogonal, varianceScaling, randomNormal, randomUniform } = initializers;
  const kernels = [
    initializers.glorotUniform(),
    initializers.glorotNormal(),
    initializers.heUniform({ seed: 5 }),
    initializers.heNormal(),
    initializers.lecunUniform(),
    initializers.lecunNormal(),
    varianceScaling({ scale: 2, mode: "fan_out", distribution: "uniform" }),
    randomNormal({ mean: 1, stddev: 0.5 }),
    randomUniform({ minval: -1, maxval: 1 }),
    initializers.truncatedNormal({ stddev: 0.25 }),
    orthogonal({ gain: 2 }),
    ones(),
    constant({ value: 0.125 }),
  ];
  const biases = [zeros(), ones(), constant({ value: 3 })];
  return stack(
    [4],
    kernels.map((kernelInitializer, i) =>
      layers.dense({
        units: 4,
        activation: "tanh",
        kernelInitializer,
        biasInitializer: biases[i % 3] ?? zeros(),
      }),
    ),
  );
};

const everyRegularizer = (): Sequential =>
  stack(
    [4],
    [
      layers.dense({ units: 4, kernelRegularizer: l1(0.25), biasRegularizer: l2(1) }),
      layers.batchNormalization({ gammaRegularizer: l1(0.5), betaRegularizer: l1l2({ l1: 0.125, l2: 2 }) }),
      layers.dense({ units: 2, activityRegularizer: l2(0.5) }),
    ],
  );

const everyConstraint = (): Sequential =>
  stack(
    [5, 4, 2],
    [
      layers.conv2d({
        filters: 3,
        kernelSize: 2,
        kernelConstraint: constraints.maxNorm({ maxValue: 3, axis: [0, 1, 2] }),
        biasConstraint: "nonNeg",
      }),
      layers.depthwiseConv2d({ kernelSize: 2, depthwiseConstraint: constraints.unitNorm({ axis: [0, 1] }) }),
      layers.batchNormalization({ gammaConstraint: "maxNorm", betaConstraint: "nonNeg" }),
      layers.prelu({ sharedAxes: [1, 2], alphaConstraint: "nonNeg" }),
      layers.flatten(),
      layers.dense({
        units: 2,
        kernelConstraint: constraints.minMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 }),
      }),
    ],
  );

const rates = {
  exponential: schedules.exponentialDecay({
    initialLearningRate: 1,
    decaySteps: 5,
    decayRate: 0.5,
    staircase: true,
  }),
  "inverse time": schedules.inverseTimeDecay({ initialLearningRate: 0.5, decaySteps: 4, decayRate: 1 }),
  piecewise: schedules.piecewiseConstantDecay({ boundaries: [2, 4], values: [1, 0.5, 0.25] }),
  polynomial: schedules.polynomialDecay({ initialLearningRate: 1, decaySteps: 9, power: 2, cycle: true }),
  cosine: schedules.cosineDecay({
    initialLearningRate: 0,
    decaySteps: 9,
    warmupTarget: 1,
    warmupSteps: 3,
    alpha: 0.125,
  }),
  "cosine restarts": schedules.cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 3, tMul: 1 }),
};

const optimizersByName: Readonly<Record<string, () => Optimizer>> = {
  adam: () => optimizers.adam({ learningRate: 0.01, beta1: 0.5, epsilon: 1, amsgrad: true, clipnorm: 1 }),
  "adam w": () => optimizers.adamW({ weightDecay: 0.125, globalClipnorm: 2 }),
  sgd: () => optimizers.sgd({ learningRate: 1, weightDecay: 0.5 }),
  "sgd, momentum": () => optimizers.sgd({ momentum: 0.5, nesterov: true, clipvalue: 1 }),
  adadelta: () => optimizers.adadelta({ learningRate: 0.5, rho: 0.75 }),
  adagrad: () => optimizers.adagrad({ initialAccumulatorValue: 0.5, useEma: true }),
  adamax: () => optimizers.adamax({ beta1: 0.5, emaMomentum: 0.5 }),
  nadam: () => optimizers.nadam({ learningRate: 0.125, beta2: 0.5 }),
  lion: () => optimizers.lion({ beta1: 0.5, weightDecay: 0.25 }),
  ftrl: () => optimizers.ftrl({ l1RegularizationStrength: 0.25, beta: 0.5 }),
  rmsprop: () => optimizers.rmsprop({ rho: 0.5, momentum: 0.25, centered: true }),
  ...Object.fromEntries(
    Object.entries(rates).map(([name, learningRate]) => [
      `sgd, ${name}`,
      () => optimizers.sgd({ learningRate }),
    ]),
  ),
};

const lossesByName: Readonly<Record<string, () => Loss>> = {
  categorical: () => losses.categoricalCrossentropy({ fromLogits: true, labelSmoothing: 0.125 }),
  sparse: () => losses.sparseCategoricalCrossentropy({ fromLogits: true }),
  binary: () => losses.binaryCrossentropy({ fromLogits: true, labelSmoothing: 0.25 }),
  "mean squared error": () => losses.meanSquaredError(),
  "mean absolute error": () => losses.meanAbsoluteError(),
  "mean absolute percentage error": () => losses.meanAbsolutePercentageError(),
  "mean squared logarithmic error": () => losses.meanSquaredLogarithmicError(),
  "log cosh": () => losses.logCosh(),
  // Keras 3 forgets another delta.
  huber: () => losses.huber(),
  hinge: () => losses.hinge(),
  "squared hinge": () => losses.squaredHinge(),
  "categorical hinge": () => losses.categoricalHinge(),
  poisson: () => losses.poisson(),
  "KL divergence": () => losses.klDivergence(),
  "cosine similarity": () => losses.cosineSimilarity(),
  "binary focal": () => losses.binaryFocalCrossentropy({ gamma: 3, applyClassBalancing: true }),
  "categorical focal": () => losses.categoricalFocalCrossentropy({ alpha: 0.5 }),
};

const lossesOfKeras3: Readonly<Record<string, () => Loss>> = {
  dice: () => losses.dice({ axis: [1] }),
  tversky: () => losses.tversky({ alpha: 0.25, beta: 0.75 }),
  "generalized cross-entropy": () => losses.categoricalGeneralizedCrossEntropy({ q: 0.75 }),
};

const usual = () => ["accuracy", metrics.topKAccuracy({ k: 2, name: "best2" })];

function compiled(
  optimizer: Optimizer,
  loss: Loss,
  judged: readonly (Metric | string)[] = usual(),
  units = 2,
): Sequential {
  const model = stack([4], [layers.dense({ units })]);
  model.compile({ optimizer, loss, metrics: judged });
  return model;
}

/** Metrics that may stand beside each other. */
const everyMetric = (): readonly Metric[] => [
  metrics.binaryAccuracy({ threshold: 0.25 }),
  metrics.categoricalAccuracy(),
  metrics.precision({ thresholds: 0.75 }),
  metrics.recall({ classId: 1 }),
  metrics.f1Score({ average: "macro" }),
  metrics.fBetaScore({ average: "weighted", beta: 0.5 }),
  metrics.auc({ numThresholds: 21, curve: "PR" }),
  metrics.meanAbsoluteError(),
  metrics.meanSquaredError(),
  metrics.rootMeanSquaredError(),
  metrics.meanAbsolutePercentageError(),
  metrics.meanSquaredLogarithmicError(),
  metrics.logCoshError(),
  metrics.cosineSimilarity(),
  metrics.hinge(),
  metrics.squaredHinge(),
  metrics.categoricalHinge(),
  metrics.klDivergence(),
  metrics.poisson(),
  metrics.binaryCrossentropy({ labelSmoothing: 0.125 }),
  metrics.categoricalCrossentropy({ fromLogits: true }),
  metrics.oneHotIoU({ numClasses: 2, targetClassIds: [1] }),
  metrics.oneHotMeanIoU({ numClasses: 2 }),
  metrics.truePositives({ thresholds: 0.25 }),
  metrics.trueNegatives(),
  metrics.falsePositives(),
  metrics.falseNegatives(),
  metrics.precisionAtRecall({ recall: 0.5, numThresholds: 21 }),
  metrics.recallAtPrecision({ precision: 0.25 }),
  metrics.sensitivityAtSpecificity({ specificity: 0.75, classId: 1 }),
  metrics.specificityAtSensitivity({ sensitivity: 0.5 }),
];

/** Those that Keras 2 lacks. */
const metricsOfKeras3 = (): readonly Metric[] => [
  metrics.r2Score({ classAggregation: "variance_weighted_average", numRegressors: 1 }),
  metrics.pearsonCorrelation(),
  metrics.concordanceCorrelation(),
];

/** Metrics of class numbers. */
const ofLabels = (): readonly Metric[] => [
  metrics.sparseCategoricalAccuracy(),
  metrics.sparseTopKAccuracy({ k: 2 }),
  metrics.sparseCategoricalCrossentropy({ fromLogits: true }),
  metrics.iou({ numClasses: 2, targetClassIds: [0], sparseYPred: false }),
  metrics.meanIoU({ numClasses: 2, ignoreClass: 5, sparseYPred: false }),
];

const ofOneOutput = (): readonly Metric[] => [metrics.binaryIoU({ targetClassIds: [1], threshold: 0.25 })];

export interface Entry {
  readonly name: string;
  readonly make: () => Model;
  /** False for what Keras 2 lacks: there is no .h5 file of it. */
  readonly inKeras2: boolean;
}

/** Between them these models hold every layer, activation, initializer, regularizer, constraint, schedule, optimizer, loss and metric. */
export const catalogue: readonly Entry[] = [
  { name: "layers", make: everyLayer, inKeras2: true },
  { name: "preparing layers", make: preparing, inKeras2: true },
  { name: "layers of Keras 3", make: ofKeras3, inKeras2: false },
  { name: "shaping layers", make: shaping, inKeras2: true },
  { name: "layers of sequences", make: sequences, inKeras2: true },
  { name: "merging layers", make: merging, inKeras2: true },
  {
    name: "metrics",
    make: () => compiled(optimizers.adam(), losses.meanSquaredError(), everyMetric()),
    inKeras2: true,
  },
  {
    name: "metrics of labels",
    make: () =>
      compiled(optimizers.adam(), losses.sparseCategoricalCrossentropy({ fromLogits: true }), ofLabels()),
    inKeras2: true,
  },
  {
    name: "metrics of one output",
    make: () => compiled(optimizers.adam(), losses.binaryCrossentropy(), ofOneOutput(), 1),
    inKeras2: true,
  },
  {
    name: "metrics of Keras 3",
    make: () => compiled(optimizers.adam(), losses.meanSquaredError(), metricsOfKeras3()),
    inKeras2: false,
  },
  { name: "pooling", make: pooledOtherwise, inKeras2: true },
  { name: "activations", make: () => chain(activations), inKeras2: true },
  { name: "activations of Keras 3", make: () => chain(keras3Activations), inKeras2: false },
  { name: "initializers", make: everyInitializer, inKeras2: true },
  { name: "regularizers", make: everyRegularizer, inKeras2: true },
  { name: "constraints", make: everyConstraint, inKeras2: true },
  ...Object.entries(optimizersByName).map(([name, make]) => ({
    name: `optimizer ${name}`,
    make: () => compiled(make(), losses.meanSquaredError()),
    inKeras2: true,
  })),
  ...Object.entries(lossesByName).map(([name, make]) => ({
    name: `loss ${name}`,
    make: () => compiled(optimizers.adam(), make()),
    inKeras2: true,
  })),
  ...Object.entries(lossesOfKeras3).map(([name, make]) => ({
    name: `loss ${name}`,
    make: () => compiled(optimizers.adam(), make()),
    inKeras2: false,
  })),
];
