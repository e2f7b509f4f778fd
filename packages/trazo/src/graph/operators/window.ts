import { TrazoError } from "../../errors.js";
import type { Padding, Pads } from "../ops.js";

/** One axis of a sliding window, with Keras's rules for padding. */
export interface WindowAxis {
  readonly output: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Output size and padding of a window along one axis. With "same" padding an odd number of zeros
 * puts the extra one after (bottom, right), as TensorFlow does.
 *
 * @throws TrazoError when the window is larger than a "valid" input.
 */
export function windowAxis(
  input: number,
  size: number,
  stride: number,
  dilation: number,
  padding: Padding,
  what: string,
): WindowAxis {
  const extent = (size - 1) * dilation + 1;
  if (padding === "same") {
    const output = Math.ceil(input / stride);
    const total = Math.max(0, (output - 1) * stride + extent - input);
    const before = Math.floor(total / 2);
    return { output, before, after: total - before };
  }
  const output = Math.floor((input - extent) / stride) + 1;
  if (output <= 0) {
    throw new TrazoError(
      `${what}: a window of ${extent} does not fit an input of ${input} with "valid" padding. ` +
        `Use padding "same", a smaller window, or a larger input.`,
    );
  }
  return { output, before: 0, after: 0 };
}

export function padsOf(rows: WindowAxis, columns: WindowAxis): Pads {
  return [rows.before, columns.before, rows.after, columns.after];
}

/** Output size of ONNX's own windows, padding given. */
export function windowOutput(
  input: number,
  size: number,
  stride: number,
  dilation: number,
  pads: number,
): number {
  return Math.floor((input + pads - (size - 1) * dilation - 1) / stride) + 1;
}
