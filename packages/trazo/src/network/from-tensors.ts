import { TrazoError } from "../errors.js";
import { inputLayer, inputTensor } from "../layers/input.js";
import { Application, type AppliedLayer, type SymbolicTensor } from "../layers/symbolic.js";
import type { LayerCall, LayerGraph, ModelPort, PlacedLayer, PortForm } from "./layer-graph.js";
import { layerName, placeLayer, requireSameWeights } from "./place-layer.js";
import { freeName } from "./stored-name.js";

/** The outputs of a model to be made. */
export interface GivenOutputs {
  readonly tensors: readonly SymbolicTensor[];
  /** One per tensor. Default: the names of the layers that give them. */
  readonly names?: readonly string[] | undefined;
  readonly form: PortForm;
}

/** Outputs by names, in the order in which Keras takes the entries of a dictionary. */
export function namedOutputs(names: readonly string[], tensors: readonly SymbolicTensor[]): GivenOutputs {
  const order = names.map((_, i) => i).sort((a, b) => compareText(names[a] as string, names[b] as string));
  return {
    names: order.map((i) => names[i] as string),
    tensors: order.map((i) => tensors[i] as SymbolicTensor),
    form: "named",
  };
}

/** As Python orders text. */
const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/**
 * The layers between some tensors and others, in Keras's order: those farthest from the outputs first, and among layers equally
 * far those that are met first on the way back from the outputs.
 *
 * @throws TrazoError when an output needs an input that is not among those given, and when layers do not fit together
 */
export function graphBetween(
  inputs: readonly SymbolicTensor[],
  { tensors: outputs, names, form }: GivenOutputs,
  seed: number,
): LayerGraph {
  const walk = walkBack(inputs, outputs);
  const placed = placeAll(walk.applications, seed);
  const layerOf = (application: Application): PlacedLayer => placed.get(application.applied) as PlacedLayer;
  const counts = new Map<PlacedLayer, number>();
  const calls = walk.applications.map((application): LayerCall => {
    const layer = layerOf(application);
    const index = counts.get(layer) ?? 0;
    counts.set(layer, index + 1);
    if (index > 0) requireSameWeights(layer, application);
    return { placed: layer, application, index };
  });
  return {
    layers: inKerasOrder(walk, inputs).map((applied) => placed.get(applied) as PlacedLayer),
    calls,
    inputs: ports(inputs, layerOf),
    outputs: names
      ? outputs.map((tensor, i) => ({ name: names[i] as string, tensor }))
      : ports(outputs, layerOf),
    outputForm: form,
  };
}

interface Walk {
  /** Every call after those whose tensors it takes. */
  readonly applications: readonly Application[];
  /** In the order in which they are met on the way back from the outputs. */
  readonly met: readonly AppliedLayer[];
}

function walkBack(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Walk {
  const given = new Set(inputs);
  const done = new Set<Application>();
  const met = new Set<AppliedLayer>();
  const applications: Application[] = [];
  const visit = (application: Application): void => {
    if (done.has(application)) return;
    done.add(application);
    met.add(application.applied);
    if (application.inputs.length === 0 && !application.outputs.some((tensor) => given.has(tensor))) {
      refuseUnknownInput(application);
    }
    for (const { origin } of application.inputs) visit(origin);
    applications.push(application);
  };
  for (const { origin } of outputs) visit(origin);
  // Inputs that no output needs are taken all the same.
  const unused = inputs.map(({ origin }) => origin).filter((origin) => !done.has(origin));
  return { applications: [...unused, ...applications], met: [...met] };
}

function refuseUnknownInput({ applied: { layer, name }, outputs }: Application): never {
  const called = layer.name ?? name;
  throw new TrazoError(
    `The outputs need the input ${called ? `"${called}" ` : ""}of shape [${outputs[0]?.shape.slice(1).join(", ")}], which is not ` +
      "among the inputs of the model: model({ inputs: [...] }) must list every layers.input(...) that the outputs come from.",
  );
}

/** Layers by how they were applied, each placed for its first call. Names that are made up come after those that were given. */
function placeAll(applications: readonly Application[], seed: number): Map<AppliedLayer, PlacedLayer> {
  const first = new Map<AppliedLayer, Application>();
  for (const application of applications) {
    if (!first.has(application.applied)) first.set(application.applied, application);
  }
  const names = new Map<AppliedLayer, string>();
  const taken = new Set<string>();
  const nameAll = (isGiven: boolean): void => {
    for (const applied of first.keys()) {
      if ((applied.layer.name !== undefined) !== isGiven) continue;
      const name = layerName(applied, names.size, taken);
      names.set(applied, name);
      taken.add(name);
    }
  };
  nameAll(true);
  nameAll(false);
  return new Map(
    [...first].map(([applied, application]) => {
      const name = names.get(applied) as string;
      return [applied, placeLayer(application, name, `Layer "${name}"`, seed)];
    }),
  );
}

function inKerasOrder(
  { applications, met }: Walk,
  inputs: readonly SymbolicTensor[],
): readonly AppliedLayer[] {
  const depths = new Map<Application, number>();
  const layerDepths = new Map<AppliedLayer, number>();
  for (const application of applications.toReversed()) {
    const depth = Math.max(depths.get(application) ?? 0, layerDepths.get(application.applied) ?? 0);
    depths.set(application, depth);
    layerDepths.set(application.applied, depth);
    for (const { origin } of application.inputs) {
      depths.set(origin, Math.max(depth + 1, depths.get(origin) ?? 0));
    }
  }
  const unused = inputs.map(({ origin }) => origin.applied).filter((applied) => !met.includes(applied));
  // Sorting keeps the order of equals.
  return [...new Set([...unused, ...met])].sort(
    (a, b) => (layerDepths.get(b) as number) - (layerDepths.get(a) as number),
  );
}

function ports(
  tensors: readonly SymbolicTensor[],
  layerOf: (application: Application) => PlacedLayer,
): readonly ModelPort[] {
  const taken = new Set<string>();
  return tensors.map((tensor) => {
    const name = freeName(layerOf(tensor.origin).name, taken);
    taken.add(name);
    return { name, tensor };
  });
}

/**
 * The same tensors with new inputs in place of those that layers give, so that a model can begin anywhere in another one.
 */
export function fromNewInputs(
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): { inputs: readonly SymbolicTensor[]; outputs: readonly SymbolicTensor[] } {
  const renewed = new Map<SymbolicTensor, SymbolicTensor>();
  for (const tensor of inputs) {
    const isInput = tensor.origin.inputs.length === 0;
    renewed.set(
      tensor,
      isInput ? tensor : inputTensor(inputLayer({ shape: tensor.shape.slice(1) as number[] })),
    );
  }
  if (inputs.every((tensor) => renewed.get(tensor) === tensor)) return { inputs, outputs };
  const follow = (tensor: SymbolicTensor): SymbolicTensor => {
    const known = renewed.get(tensor);
    if (known) return known;
    const { origin } = tensor;
    if (origin.inputs.length === 0) return tensor;
    const shapes = origin.outputs.map(({ shape }) => shape);
    const again = new Application(origin.applied, origin.inputs.map(follow), shapes, origin);
    for (const [i, output] of origin.outputs.entries()) {
      if (!renewed.has(output)) renewed.set(output, again.outputs[i] as SymbolicTensor);
    }
    return renewed.get(tensor) as SymbolicTensor;
  };
  return { inputs: inputs.map(follow), outputs: outputs.map(follow) };
}
