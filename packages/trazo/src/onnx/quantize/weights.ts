import type { TensorProto } from "onnx-buf";
import { elementType } from "../../onnx-format/element-types.js";
import { rawTensor } from "../../onnx-format/proto.js";
import { sizeOf, type Tensor } from "../../tensor.js";

/** Weights as integers: `values * scale of the channel` is nearly what they were. */
export interface QuantizedWeights {
  readonly values: Int8Array;
  /** One per channel. */
  readonly scales: Float32Array;
}

/**
 * Rounds weights to integers from -limit to limit, symmetrically about 0, each channel by its own scale.
 *
 * @param axis which axis counts the channels
 * @param atLeast lower limits of the channels' scales
 */
export function quantizeWeights(
  { shape, data }: Tensor<"float32">,
  axis: number,
  limit: number,
  atLeast: (channel: number) => number = () => 0,
): QuantizedWeights {
  const channels = shape[axis] as number;
  const inner = sizeOf(shape.slice(axis + 1));
  const channelOf = (i: number): number => Math.floor(i / inner) % channels;
  const largest = new Float64Array(channels);
  for (const [i, weight] of data.entries()) {
    const channel = channelOf(i);
    largest[channel] = Math.max(largest[channel] as number, Math.abs(weight));
  }
  const scales = Float32Array.from(largest, (most, channel) => Math.max(most / limit, atLeast(channel)) || 1);
  const values = Int8Array.from(data, (weight, i) => {
    const rounded = Math.round(weight / (scales[channelOf(i)] as number));
    return Math.max(-limit, Math.min(limit, rounded));
  });
  return { values, scales };
}

export const int8Tensor = (name: string, shape: readonly number[], values: Int8Array): TensorProto =>
  rawTensor(name, elementType.int8, shape, values);
