import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  kerasClassifier,
  loadModel,
  type Model,
  nodeRuntime,
  openClassifier,
  quantizeOnnx,
  type Runtime,
  TrazoError,
} from "trazo";
import { hasEnding, isOnnxFile, isWeightsFile, writeFileAtomically } from "trazo/node";
import { modelPath } from "./model-path.js";
import { showNotes } from "./notes.js";
import { percent } from "./percent.js";
import { type PreparationFlags, preparationOf } from "./preparation-options.js";
import { type QuantizeFlags, quantizeImages } from "./quantize-images.js";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";
import { UsageError } from "./usage-error.js";

export const exportFormats = ["onnx", "h5", "keras"] as const;

export interface ExportFlags extends QuantizeFlags, PreparationFlags {
  readonly to: (typeof exportFormats)[number];
  readonly out?: string;
  readonly input?: "float32" | "uint8";
  readonly layout?: "nhwc" | "nchw";
  readonly classes?: readonly string[];
  readonly quantize?: "dynamic" | "static";
  readonly threads?: number;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Writes a `.keras` or `.h5` model in another format. */
export async function exportModel(name: string, flags: ExportFlags, speech: Speech): Promise<void> {
  const { text } = speech;
  const path = modelPath(name, text);
  if (isOnnxFile(path)) {
    throw new TrazoError(text.errors.onnxIsNoModel(path));
  }
  refuseMisplaced(flags, text);
  const out = outputPath(path, flags, text);
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  // An ONNX file holds nothing of what a model was compiled with.
  const model = await loadModel(path, { runtime, compile: flags.to !== "onnx" });
  const given = preparationOf(flags);
  if (given) model.preparation = { ...model.preparation, ...given };
  if (flags.to === "onnx" && model.preparation?.divisor === undefined) {
    showNotes({ notes: [text.notes.scaleAssumed] }, text);
  }
  if (flags.to !== "onnx") {
    await model.save(out);
    say(await written(path, out));
  } else if (flags.quantize)
    await exportQuantized({ model, path, out, mode: flags.quantize, flags, runtime, speech });
  else {
    await writeFileAtomically(out, toOnnx(model, flags));
    say(await written(path, out));
  }
  await model.dispose();
}

function outputPath(path: string, { to, out }: ExportFlags, text: CliText): string {
  const ending = `.${to}`;
  const chosen = out ?? join(dirname(path), `${basename(path).replace(/\.(keras|h5|hdf5)$/i, "")}${ending}`);
  if (!hasEnding(chosen, ending) || isWeightsFile(chosen)) {
    throw new UsageError(text.usage.exportEnding(to, ending, chosen));
  }
  if (resolve(chosen) === resolve(path)) {
    throw new TrazoError(text.errors.overwritesItself(path));
  }
  return chosen;
}

function refuseMisplaced(flags: ExportFlags, { usage }: CliText): void {
  const images = (["data", "images"] as const).find((name) => flags[name] !== undefined);
  if (images && !flags.quantize) {
    throw new UsageError(usage.forQuantize(images));
  }
  if (flags.data !== undefined && flags.images !== undefined) {
    throw new UsageError(usage.dataOrImages);
  }
  if (flags.to === "onnx") return;
  const misplaced = (["input", "layout", "classes", "quantize"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (misplaced) throw new UsageError(usage.onlyForOnnx(misplaced, flags.to));
}

const toOnnx = (model: Model, { input, layout, classes }: ExportFlags): Uint8Array =>
  model.toOnnx({ inputDtype: input, inputLayout: layout === "nchw" ? "NCHW" : "NHWC", classes });

/** Says what it costs up front. */
async function exportQuantized({
  model,
  path,
  out,
  mode,
  flags,
  runtime,
  speech,
}: {
  readonly model: Model;
  readonly path: string;
  readonly out: string;
  readonly mode: "dynamic" | "static";
  readonly flags: ExportFlags;
  readonly runtime: Runtime;
  readonly speech: Speech;
}): Promise<void> {
  const { text } = speech;
  const classifier = await kerasClassifier(model, path);
  const { calibration, count, accuracyOf } = await quantizeImages(path, flags, classifier, speech);
  const before = await accuracyOf(classifier);
  const floats = toOnnx(model, flags);
  const bytes = await quantizeOnnx(floats, { mode, calibration, runtime });
  await writeFileAtomically(out, bytes);
  const quantized = await openClassifier(out, { runtime });
  const after = await accuracyOf(quantized);
  await quantized.dispose();
  say(await written(path, out));
  say(text.export.quantized(mode, megabytes(bytes.length), megabytes(floats.length)));
  say(
    text.export.accuracy({
      before: percent(before),
      after: percent(after),
      points: (100 * Math.abs(before - after)).toFixed(2),
      gained: after > before,
      images: count,
    }),
  );
}

async function written(path: string, out: string): Promise<string> {
  return `${path} -> ${out} (${megabytes((await stat(out)).size)})`;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
