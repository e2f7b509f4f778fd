import type { GraphProto, ModelProto, ValueInfoProto } from "onnx-buf";
import { type PictureShape, pictureShape } from "../data/picture-shape.js";
import { scaleOf } from "../data/pixel-values.js";
import { byteScale, checkPreparation, type PixelScale, type Preparation } from "../data/preparation.js";
import { TrazoError } from "../errors.js";
import { elementName, elementType } from "../onnx-format/element-types.js";
import { sizeOf, type Tensor } from "../tensor.js";
import { scalesBytes } from "./found-scale.js";
import { type Preprocessing, preprocessingKey } from "./metadata.js";

/** How a graph wants its pictures. */
export interface PictureInput extends PictureShape {
  readonly name: string;
  readonly dtype: "float32" | "uint8";
  /** Pictures in one run; undefined: any number. */
  readonly batch: number | undefined;
  /** The shape of one picture as the graph has it, e.g. `[28, 28, 1]` or `[784]`. */
  readonly sampleShape: readonly number[];
  /** What the file says of how pictures are prepared. */
  readonly stored: Partial<Preparation>;
  /** The scale that the graph itself tells: it takes bytes, or scales them first of all. */
  readonly found: { readonly scale: PixelScale; readonly note?: string | undefined } | undefined;
}

/**
 * Finds out how the one input of a graph takes pictures: `[batch, height, width, channels]`, `[batch, channels, height, width]`,
 * `[batch, height, width]` or flat and square, `[batch, height * width]`; floats or bytes.
 *
 * @throws TrazoError when it takes something else, or when its shape leaves open what it takes
 */
export function pictureInput(model: ModelProto & { graph: GraphProto }): PictureInput {
  const { name, type, shape } = onlyInput(model.graph);
  const stated = statedPreprocessing(model);
  const dtype = type === elementType.uint8 ? "uint8" : "float32";
  if (type !== elementType.uint8 && type !== elementType.float32) {
    throw new TrazoError(
      `the input "${name}" is of type ${elementName(type)}; only float32 and uint8 are supported.`,
    );
  }
  if (stated?.dtype !== undefined && stated.dtype !== dtype) {
    throw new TrazoError(
      `its metadata say that the input is ${stated.dtype}, but the graph's "${name}" is ${dtype}: the file is damaged.`,
    );
  }
  const [batch, ...sample] = shape;
  const sampleShape = sample.map((dim, i) => {
    if (dim !== undefined) return dim;
    throw new TrazoError(
      `the input "${name}" ${shapeText(shape)} leaves the size of axis ${i + 1} open. Pictures are scaled to the size that a ` +
        `model was made for; export it with a fixed height and width.`,
    );
  });
  const { layout: _, dtype: __, ...stored } = stated ?? {};
  return {
    name,
    dtype,
    ...understand(name, shape, sampleShape, stated?.layout),
    batch,
    sampleShape,
    stored,
    found: foundScale(model.graph, name, dtype),
  };
}

function foundScale(graph: GraphProto, name: string, dtype: "float32" | "uint8"): PictureInput["found"] {
  if (dtype === "uint8") return { scale: byteScale };
  if (!scalesBytes(graph, name)) return undefined;
  const note =
    "The file does not say how pixels are scaled, but scales them itself; they are taken from 0 to 255.";
  return { scale: byteScale, note };
}

/**
 * Pictures as the graph wants them.
 *
 * @param images uint8 `[n, height, width, channels]`, 0 to 255
 * @param count the batch; pictures that are not there are black
 */
export function preparePictures(
  images: Tensor,
  count: number,
  input: PictureInput,
  scale: PixelScale,
): Tensor {
  const size = sizeOf(input.sampleShape);
  const data = input.dtype === "uint8" ? new Uint8Array(count * size) : new Float32Array(count * size);
  const { channels } = input;
  const area = size / channels;
  const moves = input.layout === "NCHW" && channels > 1;
  const pixels = images.data as ArrayLike<number>;
  const numberOf = input.dtype === "uint8" ? (byte: number) => byte : scaleOf(scale);
  for (let i = 0; i < pixels.length; i++) {
    const within = i % size;
    const place = moves ? i - within + (within % channels) * area + Math.floor(within / channels) : i;
    data[place] = numberOf(pixels[i] as number, within % channels);
  }
  const shape = [count, ...input.sampleShape];
  return data instanceof Uint8Array ? { dtype: "uint8", shape, data } : { dtype: "float32", shape, data };
}

interface InputType {
  readonly name: string;
  readonly type: number;
  /** undefined: open. */
  readonly shape: readonly (number | undefined)[];
}

/** The inputs that a run takes: old files name stored weights among them. */
export function runInputs({ initializer, input }: GraphProto): ValueInfoProto[] {
  const stored = new Set(initializer.map(({ name }) => name));
  return input.filter(({ name }) => !stored.has(name));
}

function onlyInput(graph: GraphProto): InputType {
  const inputs = runInputs(graph);
  const [input] = inputs;
  if (!input || inputs.length > 1) {
    const names = inputs.map(({ name }) => `"${name}"`).join(", ") || "none";
    throw new TrazoError(
      `a classifier of pictures has one input, but this graph has ${inputs.length} (${names}).`,
    );
  }
  return inputType(input);
}

/** @throws TrazoError when the value is not a tensor or its rank is unknown */
function inputType({ name, type }: ValueInfoProto): InputType {
  const { value } = type ?? {};
  const dims = value?.case === "tensorType" ? value.value.shape?.dim : undefined;
  if (value?.case !== "tensorType" || !dims) throw new TrazoError(`"${name}" has no shape.`);
  const shape = dims.map((dim) => {
    const size = dim.value.case === "dimValue" ? Number(dim.value.value) : 0;
    return size > 0 ? size : undefined;
  });
  return { name, type: value.value.elemType, shape };
}

function understand(
  name: string,
  shape: InputType["shape"],
  sample: readonly number[],
  stated: PictureShape["layout"] | undefined,
): PictureShape {
  const image = pictureShape(sample, stated);
  if (image) return image;
  const reason =
    image === null ? "may be channels first or last, and the metadata do not say which" : "is not a picture";
  throw new TrazoError(
    `the input "${name}" ${shapeText(shape)} ${reason}. Expected [batch, height, width, 1 or 3], [batch, 1 or 3, height, width], ` +
      `[batch, height, width] or [batch, height * width].`,
  );
}

const shapeText = (shape: InputType["shape"]): string => `[${shape.map((dim) => dim ?? "?").join(", ")}]`;

/** What the metadata say, in the form in which exported files have it; undefined where they say nothing. */
function statedPreprocessing({ metadataProps }: ModelProto): Partial<Preprocessing> | undefined {
  const text = metadataProps.find(({ key }) => key === preprocessingKey)?.value;
  if (text === undefined) return undefined;
  const refuse = (): never => {
    throw new TrazoError(
      `its metadata's "${preprocessingKey}" is ${text.slice(0, 100)}; expected JSON such as ` +
        `{"layout":"NHWC","dtype":"float32","divisor":255}.`,
    );
  };
  const stated = parseJson(text);
  const preparation = checkPreparation(stated, refuse);
  const { layout, dtype } = stated as Record<string, unknown>;
  const isKnown =
    (layout === undefined || layout === "NHWC" || layout === "NCHW") &&
    (dtype === undefined || dtype === "float32" || dtype === "uint8");
  if (!isKnown) return refuse();
  return { ...preparation, ...(layout && { layout }), ...(dtype && { dtype }) };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
