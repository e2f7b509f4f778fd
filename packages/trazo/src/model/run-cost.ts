import { TrazoError } from "../errors.js";
import type { PlacedLayer } from "../network/definition.js";
import { type RunLimits, runLimits } from "../run-limits.js";
import { sizeOf } from "../tensor.js";

/**
 * Checks what it takes to run a model from a file on one sample, before anything of it is allocated.
 *
 * @param fileBytes the file's size, by which `runLimits` says what the model may take
 * @throws TrazoError naming the layer up to which it takes more
 */
export function requireModestModel(layers: readonly PlacedLayer[], fileBytes: number): void {
  const limits = runLimits(fileBytes);
  const total = { bytes: 0, work: 0 };
  for (const placed of layers) {
    const cost = costOf(placed);
    total.bytes += cost.bytes;
    total.work += cost.work;
    if (total.bytes <= limits.bytes && total.work <= limits.work) continue;
    throw new TrazoError(
      `up to layer "${placed.name}" one sample takes ${Math.round(total.bytes / 2 ** 20)} MB and ${total.work.toExponential(0)} ` +
        `multiplications; a model in a file of ${fileBytes} bytes may take ${Math.round(limits.bytes / 2 ** 20)} MB and ` +
        `${limits.work.toExponential(0)}.`,
    );
  }
}

function costOf({ layer, outputShape, variables }: PlacedLayer): RunLimits {
  const shape = outputShape.slice(1).filter((dim): dim is number => typeof dim === "number");
  const elements = sizeOf(shape);
  const window = layer.getConfig().pool_size;
  const perElement = Array.isArray(window) ? sizeOf(window as number[]) : 1;
  const weights = variables.reduce((most, { size }) => Math.max(most, size), 0);
  return {
    bytes: 4 * elements,
    // A kernel is multiplied at each position; the last axis is that of its outputs.
    work: Math.max(elements * perElement, (elements / (shape.at(-1) ?? 1)) * weights),
  };
}
