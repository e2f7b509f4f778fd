import { TrazoError } from "../errors.js";
import type { LayerGraph, PlacedLayer } from "../network/layer-graph.js";
import { type RunLimits, runLimits } from "../run-limits.js";
import { sizeOf } from "../tensor.js";

/**
 * Checks what it takes to run a model from a file on one sample, before anything of it is allocated.
 *
 * @param fileBytes the file's size, by which `runLimits` says what the model may take
 * @throws TrazoError naming the layer up to which it takes more
 */
export function requireModestModel(model: LayerGraph, fileBytes: number): void {
  const limits = runLimits(fileBytes);
  const total = { bytes: 0, work: 0 };
  let calls = 0;
  for (const placed of everyCall(model)) {
    if (++calls > mostCalls) {
      throw new TrazoError(
        `the model calls its layers more than ${mostCalls} times: at most that many are run.`,
      );
    }
    const cost = costOf(placed);
    total.bytes += cost.bytes;
    total.work += cost.work;
    if (total.bytes <= limits.bytes && total.work <= limits.work) continue;
    throw new TrazoError(
      `up to layer "${placed.path}" one sample takes ${Math.round(total.bytes / 2 ** 20)} MB and ${total.work.toExponential(0)} ` +
        `multiplications; a model in a file of ${fileBytes} bytes may take ${Math.round(limits.bytes / 2 ** 20)} MB and ` +
        `${limits.work.toExponential(0)}.`,
    );
  }
}

/** Models nested in models, each of which is called twice, are soon called any number of times. */
const mostCalls = 10_000;

/** Whose call it is, call by call, those within nested models too. */
function* everyCall({ calls }: LayerGraph): Generator<PlacedLayer> {
  for (const { placed } of calls) {
    if (placed.layer.takes === "model") yield* everyCall(placed.layer.model);
    else yield placed;
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
