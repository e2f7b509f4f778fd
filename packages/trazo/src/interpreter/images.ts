import { TrazoError } from "../errors.js";
import { intOf, intsOf, nodeText, stringOf } from "../onnx-format/attributes.js";
import type { Tensor } from "../tensor.js";
import { type Compute, filled, numbersOf, type Operands, required, zeros } from "./operator.js";

/** How windows lie on an image, for rows and columns. */
interface Windows {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

type Sides = readonly [number, number];

function windowsOf({ node }: Operands, kernel: Sides): Windows {
  const pair = (name: string): Sides => (intsOf(node, name) ?? [1, 1]) as unknown as Sides;
  const pads = (intsOf(node, "pads") ?? [0, 0, 0, 0]) as unknown as Windows["pads"];
  return { kernel, strides: pair("strides"), dilations: pair("dilations"), pads };
}

/** Rows and columns of the windows that an image has. */
const outputOf = (image: Sides, { kernel, strides, dilations, pads }: Windows): [number, number] =>
  ([0, 1] as const).map((axis) => {
    const reach = dilations[axis] * (kernel[axis] - 1) + 1;
    return Math.floor((image[axis] + pads[axis] + pads[axis === 0 ? 2 : 3] - reach) / strides[axis]) + 1;
  }) as [number, number];

/**
 * Visits each place of a window on each place of the output that lies on the image.
 *
 * @param visit told where it is within the output's, the image's and the kernel's rows and columns
 */
function eachPlace(
  image: Sides,
  output: Sides,
  { kernel, strides, dilations, pads }: Windows,
  visit: (out: number, inside: number, tap: number) => void,
): void {
  for (let y = 0; y < output[0]; y++) {
    for (let x = 0; x < output[1]; x++) {
      for (let i = 0; i < kernel[0]; i++) {
        const row = y * strides[0] + i * dilations[0] - pads[0];
        if (row < 0 || row >= image[0]) continue;
        for (let j = 0; j < kernel[1]; j++) {
          const column = x * strides[1] + j * dilations[1] - pads[1];
          if (column < 0 || column >= image[1]) continue;
          visit(y * output[1] + x, row * image[1] + column, i * kernel[1] + j);
        }
      }
    }
  }
}

type Shape4 = readonly [number, number, number, number];

const shape4 = ({ shape }: Tensor): Shape4 => shape as unknown as Shape4;

/** Sums in float64, as everything here. */
const rounded = (shape: readonly number[], sums: Float64Array): Tensor => {
  const made = zeros("float32", shape);
  made.data.set(sums);
  return made;
};

/** The means of windows, or their largest values and where in the whole tensor these lie. */
const pool =
  (takesMean: boolean): Compute =>
  (operands) => {
    const x = required(operands, 0);
    const [batch, channels, height, width] = shape4(x);
    const windows = windowsOf(operands, intsOf(operands.node, "kernel_shape") as unknown as Sides);
    const output = outputOf([height, width], windows);
    const [area, outArea] = [height * width, output[0] * output[1]];
    const values = numbersOf(x);
    const size = batch * channels * outArea;
    const found = new Float64Array(size).fill(takesMean ? 0 : Number.NEGATIVE_INFINITY);
    const counts = new Int32Array(size);
    const places = new Float64Array(size);
    for (let plane = 0; plane < batch * channels; plane++) {
      eachPlace([height, width], output, windows, (out, inside) => {
        const at = plane * outArea + out;
        const value = values[plane * area + inside] as number;
        counts[at] = (counts[at] as number) + 1;
        if (takesMean) found[at] = (found[at] as number) + value;
        else if (value > (found[at] as number)) {
          found[at] = value;
          places[at] = plane * area + inside;
        }
      });
    }
    if (takesMean) for (let i = 0; i < size; i++) found[i] = (found[i] as number) / (counts[i] as number);
    const shape = [batch, channels, ...output];
    return [rounded(shape, found), filled("int64", shape, (i) => places[i] as number)];
  };

/** Operators on images, channels first. */
export const images: Readonly<Record<string, Compute>> = {
  Conv(operands) {
    const [x, kernel] = [required(operands, 0), required(operands, 1)];
    const bias = operands.inputs[2] && numbersOf(operands.inputs[2]);
    const [batch, channels, height, width] = shape4(x);
    const [filters, depth, ...sides] = shape4(kernel);
    const group = intOf(operands.node, "group") ?? 1;
    const windows = windowsOf(operands, sides);
    const output = outputOf([height, width], windows);
    const [area, outArea, taps] = [height * width, output[0] * output[1], sides[0] * sides[1]];
    const [values, weights] = [numbersOf(x), numbersOf(kernel)];
    const sums = new Float64Array(batch * filters * outArea);
    for (let n = 0; n < batch; n++) {
      for (let f = 0; f < filters; f++) {
        const own = sums.subarray((n * filters + f) * outArea, (n * filters + f + 1) * outArea);
        if (bias) own.fill(bias[f] as number);
        const start = n * channels + Math.floor((f * group) / filters) * depth;
        for (let c = 0; c < depth; c++) {
          const [from, weight] = [(start + c) * area, (f * depth + c) * taps];
          eachPlace([height, width], output, windows, (out, inside, tap) => {
            own[out] =
              (own[out] as number) + (values[from + inside] as number) * (weights[weight + tap] as number);
          });
        }
      }
    }
    return [rounded([batch, filters, ...output], sums)];
  },

  /** What `Conv` takes in from each place goes back there. */
  ConvTranspose(operands) {
    const [y, kernel] = [required(operands, 0), required(operands, 1)];
    const [batch, filters, ...given] = shape4(y);
    const [, depth, ...sides] = shape4(kernel);
    const group = intOf(operands.node, "group") ?? 1;
    const windows = windowsOf(operands, sides);
    const more = intsOf(operands.node, "output_padding") ?? [0, 0];
    const { strides, dilations, pads } = windows;
    const [height, width] = ([0, 1] as const).map(
      (axis) =>
        strides[axis] * (given[axis] - 1) +
        (more[axis] as number) +
        dilations[axis] * (sides[axis] - 1) +
        1 -
        pads[axis] -
        pads[axis === 0 ? 2 : 3],
    ) as [number, number];
    const channels = depth * group;
    const [area, outArea, taps] = [height * width, given[0] * given[1], sides[0] * sides[1]];
    const [values, weights] = [numbersOf(y), numbersOf(kernel)];
    const sums = new Float64Array(batch * channels * area);
    for (let n = 0; n < batch; n++) {
      for (let f = 0; f < filters; f++) {
        const from = (n * filters + f) * outArea;
        const start = n * channels + Math.floor((f * group) / filters) * depth;
        for (let c = 0; c < depth; c++) {
          const own = sums.subarray((start + c) * area, (start + c + 1) * area);
          const weight = (f * depth + c) * taps;
          eachPlace([height, width], given, windows, (out, inside, tap) => {
            own[inside] =
              (own[inside] as number) + (values[from + out] as number) * (weights[weight + tap] as number);
          });
        }
      }
    }
    return [rounded([batch, channels, height, width], sums)];
  },

  AveragePool: pool(true),

  MaxPool: pool(false),

  GridSample(operands) {
    const [x, grid] = [required(operands, 0), required(operands, 1)];
    const { node } = operands;
    const [batch, channels, height, width] = shape4(x);
    const [, rows, columns] = shape4(grid);
    const mode = stringOf(node, "mode") ?? "bilinear";
    const padding = stringOf(node, "padding_mode") ?? "zeros";
    if ((intOf(node, "align_corners") ?? 0) !== 0) {
      throw new TrazoError(`${nodeText(node)}: align_corners is not supported here.`);
    }
    const [values, places] = [numbersOf(x), numbersOf(grid)];
    const area = height * width;
    const outArea = rows * columns;
    const made = zeros("float32", [batch, channels, rows, columns]);
    const results = made.data as Float32Array;
    for (let n = 0; n < batch; n++) {
      for (let i = 0; i < outArea; i++) {
        const at = 2 * (n * outArea + i);
        const taps = tapsAt(
          placeOn(places[at] as number, width, padding),
          placeOn(places[at + 1] as number, height, padding),
          [height, width],
          mode === "nearest",
        );
        for (let c = 0; c < channels; c++) {
          const plane = n * channels + c;
          let sum = 0;
          for (const [place, weight] of taps) sum += weight * (values[plane * area + place] as number);
          results[plane * outArea + i] = sum;
        }
      }
    }
    return [made];
  },

  ScatterElements(operands) {
    const [x, indices, updates] = [0, 1, 2].map((i) => required(operands, i)) as [Tensor, Tensor, Tensor];
    const axis = intOf(operands.node, "axis") ?? 0;
    const own = axis < 0 ? axis + x.shape.length : axis;
    const adds = stringOf(operands.node, "reduction") === "add";
    const made = { ...x, data: x.data.slice() } as Tensor;
    const [into, from, chosen] = [
      made.data as Float32Array,
      updates.data as Float32Array,
      numbersOf(indices),
    ];
    const place = indices.shape.map(() => 0);
    for (let i = 0; i < from.length; i++) {
      let at = 0;
      for (const [k, size] of x.shape.entries()) {
        const index = k === own ? (chosen[i] as number) : (place[k] as number);
        at = at * size + (index < 0 ? index + size : index);
      }
      into[at] = (adds ? (into[at] as number) : 0) + (from[i] as number);
      advance(place, indices.shape);
    }
    return [made];
  },
};

/** To the next element in order. */
function advance(place: number[], shape: readonly number[]): void {
  for (let k = shape.length - 1; k >= 0; k--) {
    place[k] = (place[k] as number) + 1;
    if ((place[k] as number) < (shape[k] as number)) return;
    place[k] = 0;
  }
}

/** In pixels, from a coordinate that runs from -1 at the near edge to 1 at the far one. */
function placeOn(coordinate: number, size: number, padding: string): number {
  const place = ((coordinate + 1) * size - 1) / 2;
  if (padding === "border") return Math.min(Math.max(place, 0), size - 1);
  if (padding !== "reflection") return place;
  const within = (((place + 0.5) % (2 * size)) + 2 * size) % (2 * size);
  return Math.min(Math.max((within < size ? within : 2 * size - within) - 0.5, 0), size - 1);
}

/** The pixels that make up a value between them, and their shares; outside of the image there are none. */
function tapsAt(x: number, y: number, [height, width]: Sides, isNearest: boolean): [number, number][] {
  const taps: [number, number][] = [];
  const add = (column: number, row: number, weight: number): void => {
    if (weight === 0 || row < 0 || row >= height || column < 0 || column >= width) return;
    taps.push([row * width + column, weight]);
  };
  if (isNearest) {
    add(roundToEven(x), roundToEven(y), 1);
    return taps;
  }
  const [left, top] = [Math.floor(x), Math.floor(y)];
  for (const dy of [0, 1]) {
    for (const dx of [0, 1]) {
      add(left + dx, top + dy, (dx === 0 ? 1 - (x - left) : x - left) * (dy === 0 ? 1 - (y - top) : y - top));
    }
  }
  return taps;
}

/** As ONNX Runtime rounds halves. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
