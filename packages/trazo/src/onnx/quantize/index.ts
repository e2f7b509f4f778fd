import { create, toBinary } from "@bufbuild/protobuf";
import { platform } from "#platform";
import { TrazoError } from "../../errors.js";
import { locateErrors } from "../../keras-object.js";
import { requireKnownOptions } from "../../known-options.js";
import { onnxSchemas } from "../../onnx-format/schemas.js";
import type { Runtime } from "../../runtime/runtime.js";
import type { Tensor } from "../../tensor.js";
import { type OnnxModel, opsetOf, readOnnx, requireSupported } from "../read.js";
import { dropUnused } from "../simplify.js";
import { measureRanges } from "./calibrate.js";
import { quantizeDynamically } from "./dynamic.js";
import { productsOf } from "./products.js";
import { activationsToMeasure, quantizeStatically } from "./static.js";

export interface QuantizeOptions {
  /**
   * `"dynamic"`: matrix products in integers, activations scaled run by run, by the least and largest value in the whole batch;
   * convolutions compute with floats from int8 weights. `"static"`: convolutions too are in integers, by scales that are
   * measured once, on the pictures in `calibration`.
   */
  readonly mode: "dynamic" | "static";
  /** For `static`: some hundred training pictures, uint8 `[n, height, width, channels]`, 0 to 255. */
  readonly calibration?: Tensor<"uint8"> | undefined;
  /** What measures, for `static`. Default: ONNX Runtime on the CPU. */
  readonly runtime?: Runtime | Promise<Runtime> | undefined;
}

const optionNames = { mode: true, calibration: true, runtime: true } as const;

/** The first opset with a scale for each channel. */
const oldestOpset = 13n;

/**
 * Rewrites an ONNX file, such as `model.toOnnx()` gives, with int8 weights: about a quarter of the size, and nearly the same outputs.
 * Every output channel has its own scale (symmetric, from -64 to 64 where integers are multiplied, so that no processor's
 * 16-bit sums run over). The operators are ONNX's own.
 *
 * @throws TrazoError when the file holds nothing to quantize, is damaged, or `static` lacks pictures, or is asked for a graph of several
 *   inputs
 * @example
 * ```ts
 * const small = await quantizeOnnx(model.toOnnx(), { mode: "dynamic" });
 * ```
 */
export async function quantizeOnnx(bytes: Uint8Array, options: QuantizeOptions): Promise<Uint8Array> {
  requireKnownOptions(options, optionNames, "quantizeOnnx");
  const { mode, calibration } = options;
  const model = readOnnx(bytes, "The ONNX file");
  locateErrors("The ONNX file", () => requireSupported(model.graph));
  if (productsOf(model.graph).length === 0) {
    throw new TrazoError(
      "The ONNX file has no convolution or matrix product with float32 weights to quantize.",
    );
  }
  if (opsetOf(model) < oldestOpset) {
    throw new TrazoError(
      `The ONNX file is of opset ${opsetOf(model)}; quantizing needs ${oldestOpset} or later.`,
    );
  }
  if (mode === "dynamic") quantizeDynamically(model.graph);
  else if (mode === "static")
    await quantizeMeasured(model, calibration, await (options.runtime ?? platform.runtime()), bytes.length);
  else throw new TrazoError(`mode must be "dynamic" or "static", but is "${String(mode)}".`);
  dropUnused(model.graph);
  model.graph.valueInfo = [];
  model.metadataProps.push(
    create(onnxSchemas().StringStringEntry, { key: "quantization", value: `int8, ${mode}` }),
  );
  return toBinary(onnxSchemas().Model, model);
}

async function quantizeMeasured(
  model: OnnxModel,
  images: Tensor<"uint8"> | undefined,
  runtime: Runtime,
  fileBytes: number,
): Promise<void> {
  if (!images || images.shape[0] === 0) {
    throw new TrazoError(
      "Static quantization measures activations: give it some hundred training pictures as `calibration`.",
    );
  }
  const names = activationsToMeasure(model.graph);
  quantizeStatically(model.graph, await measureRanges(model, names, images, runtime, fileBytes));
}
