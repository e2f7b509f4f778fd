import type { LayerGraph } from "../network/layer-graph.js";
import type { Tensor } from "../tensor.js";

/** What a model predicts: one tensor, or for several outputs a list or an object of them, as `model` was given the outputs. */
export type Predictions =
  | Tensor<"float32">
  | readonly Tensor<"float32">[]
  | Readonly<Record<string, Tensor<"float32">>>;

/** The tensors of all outputs in the form in which the model gives them. */
export function predictionsAs(
  { outputs, outputForm }: Pick<LayerGraph, "outputs" | "outputForm">,
  tensors: readonly Tensor<"float32">[],
): Predictions {
  if (outputForm === "one") return tensors[0] as Tensor<"float32">;
  if (outputForm === "list") return tensors;
  return Object.fromEntries(outputs.map(({ name }, i) => [name, tensors[i] as Tensor<"float32">]));
}
