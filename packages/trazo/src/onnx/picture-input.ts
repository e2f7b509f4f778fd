import type { GraphProto, ModelProto, ValueInfoProto } from "onnx-buf";
import { TrazoError } from "../errors.js";
import { sizeOf, type Tensor } from "../tensor.js";
import { elementName, elementType } from "./element-types.js";
import { type Preprocessing, preprocessingKey } from "./metadata.js";

/** How a graph wants its pictures. */
export interface PictureInput extends Preprocessing {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Pictures in one run; undefined: any number. */
  readonly batch: number | undefined;
  /** The shape of one picture as the graph has it, e.g. `[28, 28, 1]` or `[784]`. */
  readonly sampleShape: readonly number[];
  /** What had to be assumed, in sentences. */
  readonly notes: readonly string[];
}

/** The sides of pictures lie below. */
const largestSide = 4096;

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
  const { layout, height, width, channels } = understand(name, shape, sampleShape, stated?.layout);
  const assumed = dtype === "float32" && stated === undefined;
  return {
    name,
    dtype,
    layout,
    height,
    width,
    channels,
    batch,
    sampleShape,
    divisor: stated?.divisor ?? (dtype === "uint8" ? 1 : 255),
    notes: assumed
      ? [
          "The file does not say how pixels are scaled; they are taken from 0 to 1, light on dark as in MNIST.",
        ]
      : [],
  };
}

/** @throws TrazoError when pictures `[n, height, width, channels]` are not of the size that a graph reads */
export function requirePictures(
  images: Tensor,
  { height, width, channels }: PictureInput,
  where: string,
): void {
  const [wanted, given] = [[height, width, channels].join(", "), images.shape.slice(1).join(", ")];
  if (given === wanted) return;
  throw new TrazoError(`${where} reads pictures of shape [${wanted}], but these have [${given}].`);
}

/**
 * Pictures as the graph wants them.
 *
 * @param images uint8 `[n, height, width, channels]`, 0 to 255
 * @param count the batch; pictures that are not there are black
 */
export function preparePictures(images: Tensor, count: number, input: PictureInput): Tensor {
  const size = sizeOf(input.sampleShape);
  const data = input.dtype === "uint8" ? new Uint8Array(count * size) : new Float32Array(count * size);
  const { channels, divisor } = input;
  const area = size / channels;
  const moves = input.layout === "NCHW" && channels > 1;
  const pixels = images.data as ArrayLike<number>;
  for (let i = 0; i < pixels.length; i++) {
    const within = i % size;
    const place = moves ? i - within + (within % channels) * area + Math.floor(within / channels) : i;
    data[place] = (pixels[i] as number) / divisor;
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

function onlyInput(graph: GraphProto): InputType {
  const stored = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !stored.has(name));
  const [input] = inputs;
  if (!input || inputs.length > 1) {
    const names = inputs.map(({ name }) => `"${name}"`).join(", ") || "none";
    throw new TrazoError(
      `a classifier of pictures has one input, but this graph has ${inputs.length} (${names}).`,
    );
  }
  return inputType(input);
}

/** @throws TrazoError when the value is no tensor or its rank is open */
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

type Image = Pick<PictureInput, "layout" | "height" | "width" | "channels">;

function understand(
  name: string,
  shape: InputType["shape"],
  sample: readonly number[],
  stated: Preprocessing["layout"] | undefined,
): Image {
  const image = imageOf(sample, stated);
  if (image && Math.max(image.height, image.width) <= largestSide) return image;
  const reason =
    image === null ? "may be channels first or last, and the metadata do not say which" : "is no picture";
  throw new TrazoError(
    `the input "${name}" ${shapeText(shape)} ${reason}. Expected [batch, height, width, 1 or 3], [batch, 1 or 3, height, width], ` +
      `[batch, height, width] or [batch, height * width].`,
  );
}

/** null: it could be read in two ways. */
function imageOf(
  sample: readonly number[],
  stated: Preprocessing["layout"] | undefined,
): Image | null | undefined {
  const [a = 0, b = 0, c = 0] = sample;
  if (sample.length === 1) {
    const side = Math.sqrt(a);
    return Number.isInteger(side) ? { layout: "NHWC", height: side, width: side, channels: 1 } : undefined;
  }
  if (sample.length === 2) return { layout: "NHWC", height: a, width: b, channels: 1 };
  if (sample.length !== 3) return undefined;
  const last: Image | undefined = isChannels(c)
    ? { layout: "NHWC", height: a, width: b, channels: c }
    : undefined;
  const first: Image | undefined = isChannels(a)
    ? { layout: "NCHW", height: b, width: c, channels: a }
    : undefined;
  if (stated) return stated === "NHWC" ? last : first;
  return last && first ? null : (last ?? first);
}

const isChannels = (dim: number): dim is 1 | 3 => dim === 1 || dim === 3;

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
  const stated = parseJson(text) ?? refuse();
  if (typeof stated !== "object" || Array.isArray(stated)) return refuse();
  const { layout, dtype, divisor } = stated as Record<string, unknown>;
  const isKnown =
    (layout === undefined || layout === "NHWC" || layout === "NCHW") &&
    (dtype === undefined || dtype === "float32" || dtype === "uint8") &&
    (divisor === undefined || (typeof divisor === "number" && divisor > 0));
  return isKnown ? (stated as Partial<Preprocessing>) : refuse();
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
