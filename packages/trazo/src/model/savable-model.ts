import { platform } from "#platform";
import { requireKnownOptions } from "../known-options.js";
import { lowerings } from "../lowering/registry.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Runtime } from "../runtime/runtime.js";
import { requireDType } from "../tensor.js";
import type { Engine } from "./engine.js";
import { buildExportGraph, type OnnxOptions, onnxOptionNames, requireDivisor } from "./export-graph.js";
import { LayeredModel } from "./layered-model.js";
import { type TrainGraphOptions, trainGraphOptions } from "./model-options.js";
import { buildStepGraph } from "./step-graph.js";

/** A model as files hold it: the formats in which it is written, and what is read back into it. */
export abstract class SavableModel extends LayeredModel {
  /**
   * For readers of files: compiles with an optimizer's state.
   *
   * @internal
   */
  restore(engine: (definition: ModelDefinition, runtime: () => Promise<Runtime>) => Engine): void {
    this.replaceEngine(engine(this.definition, this.runtime));
  }

  /**
   * The training step, update included, as an ONNX model: batch, weights, optimizer slots and
   * scalars in; loss, metric sums and the next state out.
   *
   * @throws TrazoError before `compile`, and for an input that images cannot have
   * @example
   * ```ts
   * const step = model.trainGraph({ inputDtype: "uint8", inputDivisor: 255 }); // the bytes of an ONNX file
   * ```
   */
  trainGraph(options: TrainGraphOptions = {}): Uint8Array {
    requireKnownOptions(options, trainGraphOptions, "trainGraph");
    const { inputDtype = "float32", inputDivisor = 1 } = options;
    requireDType(inputDtype, "inputDtype");
    requireDivisor("inputDivisor", inputDivisor);
    const { optimizer, ...objective } = this.engine.requireCompiled("trainGraph");
    const targets = this.engine.requireScored("trainGraph").map(({ loss, index }) => ({
      dtype: "float32" as const,
      shape: loss.targetShape(this.definition.outputs[index]?.tensor.shape ?? []),
    }));
    const input = { dtype: inputDtype, divisor: inputDivisor };
    return buildStepGraph(this.engine.model, objective, optimizer, input, targets, lowerings.direct);
  }

  /**
   * The trained model as an ONNX file for any ONNX runtime: inference mode, weights included, opset 17, any batch size. The input
   * `images` has the shape `[batch, ...inputShape]`; the output is `probabilities` after a softmax or sigmoid, else `predictions`.
   * Several inputs or outputs keep their names in the model.
   * The metadata says how pictures are prepared (`preprocessing`: layout, dtype, and the model's preparation) and names the classes
   * when given.
   *
   * @throws TrazoError for an option that the model cannot have
   * @example
   * ```ts
   * const bytes = model.toOnnx({ inputDtype: "uint8", classes: ["cat", "dog"] });
   * ```
   */
  toOnnx(options: OnnxOptions = {}): Uint8Array {
    requireKnownOptions(options, onnxOptionNames, "toOnnx");
    const { classes = this.classNames } = options;
    return buildExportGraph(this.definition, { ...options, classes }, this.preparation);
  }

  /**
   * The whole model as the bytes of a `.keras` file of Keras 3: layers, weights, what it was compiled with, optimizer state.
   * `fromKeras` opens them, as `loadModel` does the file; nothing needs a file system.
   *
   * @throws TrazoError for a layer that Keras files cannot hold
   * @example
   * ```ts
   * const bytes = await model.toKeras();
   * const copy = await fromKeras(bytes);
   * ```
   */
  async toKeras(): Promise<Uint8Array> {
    const { encodeKeras } = await import("./encode-model.js");
    return await encodeKeras(this);
  }

  /**
   * The whole model as the bytes of a legacy `.h5` file, which Keras 2 and 3 read.
   *
   * @throws TrazoError as `toKeras`
   * @example
   * ```ts
   * const response = new Response((await model.toH5()).slice());
   * ```
   */
  async toH5(): Promise<Uint8Array> {
    const { encodeH5 } = await import("./encode-model.js");
    return await encodeH5(this);
  }

  /**
   * The weights, and the optimizer's state when it has one, as the bytes of a `.weights.h5` file of Keras 3. `loadWeights` reads them.
   *
   * @example
   * ```ts
   * const before = await model.weightsToH5();
   * await model.fit(xTrain, yTrain, { epochs: 1 });
   * await model.loadWeights(before);
   * ```
   */
  async weightsToH5(): Promise<Uint8Array> {
    const { encodeWeights } = await import("./encode-model.js");
    return await encodeWeights(this);
  }

  /**
   * Writes what `toOnnx` gives. Atomic.
   *
   * @example
   * ```ts
   * await model.saveOnnx("digits.onnx", { inputLayout: "NCHW" });
   * ```
   */
  async saveOnnx(path: string | URL, options: OnnxOptions = {}): Promise<void> {
    const { saveOnnx } = await import("./save.js");
    await saveOnnx(this, platform.files.path(path, "saveOnnx: the path"), options);
  }

  /**
   * Writes the whole model: layers, weights, training configuration, optimizer state. Atomic.
   *
   * @param path a path or `file:` URL that ends in `.keras` (Keras 3), or in `.h5` or `.hdf5` (legacy, Keras 2 and 3); with
   *   `.onnx` what `toOnnx()` gives, from which training cannot be resumed
   * @throws TrazoError for another ending, for layers of your own in a Keras file, and when the file cannot be written
   * @example
   * ```ts
   * await model.save("model.keras"); // keras.models.load_model opens it
   * ```
   */
  async save(path: string | URL): Promise<void> {
    const { saveModel } = await import("./save.js");
    await saveModel(this, platform.files.path(path, "save: the path"));
  }

  /**
   * Finds out, without writing, whether the model can be saved to a file of that ending. `modelCheckpoint` asks when training
   * begins.
   *
   * @throws TrazoError as `save`, but for what depends on the disk
   * @example
   * ```ts
   * await model.requireSavable("model.h5"); // before hours of training
   * await model.fit(xTrain, yTrain, { epochs: 100 });
   * ```
   */
  async requireSavable(path: string | URL): Promise<void> {
    const { requireSavable } = await import("./save.js");
    requireSavable(this, platform.files.path(path, "requireSavable: the path"));
  }

  /**
   * Writes the weights, and the optimizer's state when it has one, as Keras 3 does (`.weights.h5`). Atomic.
   *
   * @example
   * ```ts
   * await model.saveWeights("best.weights.h5");
   * await model.loadWeights("best.weights.h5");
   * ```
   */
  async saveWeights(path: string | URL): Promise<void> {
    const { saveWeights } = await import("./save.js");
    await saveWeights(this, platform.files.path(path, "saveWeights: the path"));
  }

  /**
   * Puts the weights of a `.weights.h5`, `.keras` or legacy `.h5` file in place of the model's; the latter by position. When
   * the model is compiled and the file holds such an optimizer's state in Keras 3's layout, that too.
   *
   * @param file a path or `file:` URL, or the file's bytes
   * @throws TrazoError when the file is damaged or holds another model's weights; the model then stays as it was
   * @example
   * ```ts
   * await model.loadWeights("best.weights.h5");
   * ```
   */
  async loadWeights(file: string | URL | Uint8Array): Promise<void> {
    const isBytes = file instanceof Uint8Array;
    const name = isBytes ? "loadWeights" : platform.files.path(file, "loadWeights: the path");
    const bytes = isBytes ? file : await platform.files.read(name);
    const { restoreWeights } = await import("./decode-model.js");
    restoreWeights(this, bytes, name);
  }
}
