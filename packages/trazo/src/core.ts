/** What needs no particular system: everything but the adapters, which `index.ts` adds in Node. */

export type { Callback, CallbackParams, History, Logs, TrainingModel } from "./callbacks/index.js";
export * as callbacks from "./callbacks/index.js";
export { directionOf, improves } from "./callbacks/monitor.js";
export { type ImageClassifier, picturePreparation } from "./classifier/classifier.js";
export { type ClassifierScores, evaluateClassifier } from "./classifier/evaluate-classifier.js";
export { kerasClassifier, modelPictures, modelPreparation } from "./classifier/keras-classifier.js";
export { type OpenClassifierOptions, openClassifier } from "./classifier/open-classifier.js";
export * as constraints from "./constraints/index.js";
export { defineConstraint } from "./constraints/own-constraint.js";
export * from "./data/index.js";
export { type Json, type JsonObject, TrazoError } from "./errors.js";
export type { CustomObjects } from "./formats/custom-objects.js";
export { readNpy, readNpz } from "./formats/npy.js";
export * as ops from "./graph/public-ops/index.js";
export type { Dim, Shape, Value } from "./graph/value.js";
export * as initializers from "./initializers/index.js";
export { defineInitializer } from "./initializers/own-initializer.js";
export { locateErrors } from "./keras-object.js";
export * as layers from "./layers/index.js";
export type { AnyLayer, BuiltLayer, CallContext, Layer, MergeLayer, WeightSpec } from "./layers/layer.js";
export { defineLayer, type LayerDefinition } from "./layers/own-layer.js";
export { defineMergeLayer, type OwnMergeLayerDefinition } from "./layers/own-merge-layer.js";
export type { SymbolicTensor } from "./layers/symbolic.js";
export { defineLoss } from "./losses/define-loss.js";
export type { Loss } from "./losses/index.js";
export * as losses from "./losses/index.js";
export { defineMetric } from "./metrics/define-metric.js";
export type { AccumulatedMetric, MeanMetric, Metric } from "./metrics/index.js";
export * as metrics from "./metrics/index.js";
export { type ApplyOptions, apply, applyAll } from "./model/apply.js";
export type { BackupOptions } from "./model/backup.js";
export type { Batch, Batches, BatchMoment } from "./model/batch-stream.js";
export { CompilationError } from "./model/compilation-error.js";
export type { OnnxOptions } from "./model/export-graph.js";
export type { FitOptions, ValidationData } from "./model/fit-options.js";
export { fromKeras, type LoadOptions } from "./model/from-keras.js";
export { type FunctionalOptions, type ModelOutputs, model, type PredictionsOf } from "./model/functional.js";
export type { LossSpec, MetricSpec, PerOutput } from "./model/goals.js";
export { gradCam, saliency } from "./model/grad-cam.js";
export type { Inputs } from "./model/inputs.js";
export { TrainingInterrupted } from "./model/interrupted.js";
export { LayerView } from "./model/layer-view.js";
export { loadModel } from "./model/load-model.js";
export { Model } from "./model/model.js";
export type {
  BatchOptions,
  CompileOptions,
  EvaluateOptions,
  ModelOptions,
  NamedWeight,
  PredictOptions,
  SummaryOptions,
  TrainGraphOptions,
} from "./model/model-options.js";
export type {
  ModelCalls,
  OwnLoss,
  OwnStepOptions,
  OwnTensors,
  ValueAndGradients,
} from "./model/own-step.js";
export type { Predictions } from "./model/predictions.js";
export type { GradientOptions } from "./model/score-gradients.js";
export { Sequential, type SequentialOptions, sequential } from "./model/sequential.js";
export type { SampleWeight, Targets } from "./model/targets.js";
export type { ClassWeight } from "./model/weighting.js";
export { type QuantizeOptions, quantizeOnnx } from "./onnx/quantize/index.js";
export { readOnnx } from "./onnx/read.js";
export { summarizeOnnx } from "./onnx/summary.js";
export type { Optimizer } from "./optimizers/index.js";
export * as optimizers from "./optimizers/index.js";
export { defineOptimizer } from "./optimizers/own-optimizer.js";
export type { PlotOptions } from "./plot/plot.js";
export type { StateValue } from "./ports/state-folder.js";
export { printable } from "./printable.js";
export * as options from "./public-options.js";
export * as regularizers from "./regularizers/index.js";
export { defineRegularizer } from "./regularizers/own-regularizer.js";
export type { Feeds, Runtime, Session } from "./runtime/runtime.js";
export * as schedules from "./schedules/index.js";
export { defineSchedule } from "./schedules/own-schedule.js";
export type { CustomClass, CustomFactory } from "./schema/custom-class.js";
export {
  type DType,
  divide,
  sizeOf,
  sliceRows,
  type Tensor,
  type TensorValues,
  type TypedArrayOf,
  takeRows,
  tensor,
} from "./tensor.js";
export { version } from "./version.js";
