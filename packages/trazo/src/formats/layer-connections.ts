import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { isObject, locateErrors } from "../keras-object.js";
import { inputTensor } from "../layers/input.js";
import type { AnyLayer, Layer } from "../layers/layer.js";
import { Application, appliedLayer, buildLayer, type SymbolicTensor } from "../layers/symbolic.js";
import { applyModel } from "../network/apply-model.js";
import { type GivenOutputs, namedOutputs } from "../network/from-tensors.js";
import type { ModelLayer } from "../network/layer-graph.js";
import { storedName } from "../network/stored-name.js";

/** A call that waits for the tensors it takes. */
interface Call {
  readonly refs: readonly TensorRef[];
  readonly training: false | undefined;
}

interface TensorRef {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** A layer that waits for the tensors that its calls take. */
interface Waiting {
  readonly key: string;
  readonly layer: AnyLayer | ModelLayer;
  readonly place: string;
  readonly calls: readonly Call[];
}

/** Which ports of a model a file names. */
type Ports = "input_layers" | "output_layers";

/** The layers of a functional model in a file, and what their calls give, as far as they are connected. */
export class LayerConnections {
  readonly #kerasVersion: number;
  readonly #where: string;
  /** What each call of a layer gives, by the layers' names. */
  readonly #outputs = new Map<string, (readonly SymbolicTensor[])[]>();
  readonly #kinds = new Map<string, Nested>();
  readonly #waiting: Waiting[] = [];

  /**
   * @param kerasVersion of the writer, e.g. 2
   * @param where names the model in errors
   */
  constructor(kerasVersion: number, where: string) {
    this.#kerasVersion = kerasVersion;
    this.#where = where;
  }

  /**
   * Adds a layer, with the calls that the file has of it.
   *
   * @param key the name that calls have for it
   * @throws TrazoError naming `place`, for calls that are damaged, and for a name that is taken
   */
  add(key: string, layer: AnyLayer | ModelLayer, nodes: Json, place: string): void {
    if (!Array.isArray(nodes)) throw new TrazoError(`${place}: inbound_nodes must be a list.`);
    if (this.#outputs.has(key))
      throw new TrazoError(`${place}: another layer of the model has the same name.`);
    const isInput = layer.className === "InputLayer";
    this.#outputs.set(key, isInput ? [[inputTensor(layer as Layer)]] : []);
    this.#kinds.set(key, { layer, calls: nodes.length });
    if (!isInput)
      this.#waiting.push({ key, layer, place, calls: nodes.map((node) => readCall(node, place)) });
  }

  /** Makes all calls, each once there are the tensors that it takes. @throws TrazoError where there never are */
  call(): void {
    let rest = this.#waiting;
    while (rest.length > 0) {
      const before = this.#countCalls();
      for (const waiting of rest) this.#callReady(waiting);
      rest = rest.filter(({ key, calls }) => (this.#outputs.get(key)?.length ?? 0) < calls.length);
      if (this.#countCalls() > before) continue;
      throw new TrazoError(
        `${rest[0]?.place}: it takes tensors that no layer of the model gives: the file's connections are damaged.`,
      );
    }
  }

  /** The tensors that a file names as ports. @throws TrazoError where it names none, or one that there is not */
  tensors(key: Ports, json: Json): SymbolicTensor[] {
    const refs = refsIn(json, `${this.#where}: ${key}`);
    if (refs.length === 0) throw new TrazoError(`${this.#where}: ${key} is empty.`);
    return refs.map((ref) => {
      const tensor = this.#tensorAt(ref, this.#where, key);
      if (tensor) return tensor;
      throw new TrazoError(
        `${this.#where}: ${key} names a tensor of "${ref.layer}" that the model does not have.`,
      );
    });
  }

  /** What a model gives, in the form in which the file has it. @throws TrazoError as `tensors` */
  outputs(json: Json): GivenOutputs {
    const key = "output_layers";
    if (!isObject(json)) {
      const tensors = this.tensors(key, json);
      // Some versions write the only output as a list of one too.
      return { tensors, form: tensors.length > 1 ? "list" : "one" };
    }
    const entries = Object.entries(json).map(([name, one]) => [name, this.tensors(key, one)] as const);
    const nested = entries.find(([, tensors]) => tensors.length !== 1);
    if (nested) {
      throw new TrazoError(`${this.#where}: ${key}: "${nested[0]}" is not a tensor, which is not supported.`);
    }
    return namedOutputs(
      entries.map(([name]) => storedName(name)),
      entries.map(([, tensors]) => tensors[0] as SymbolicTensor),
    );
  }

  #callReady({ key, layer, place, calls }: Waiting): void {
    const made = this.#outputs.get(key) as (readonly SymbolicTensor[])[];
    while (made.length < calls.length) {
      const { refs, training } = calls[made.length] as Call;
      const inputs = refs.map((ref) => this.#tensorAt(ref, place));
      if (!inputs.every((input) => input !== undefined)) return;
      made.push(locateErrors(place, () => callOf(layer, inputs, training)).outputs);
    }
  }

  #countCalls(): number {
    return [...this.#outputs.values()].reduce((sum, { length }) => sum + length, 0);
  }

  #tensorAt(ref: TensorRef, place: string, port?: Ports): SymbolicTensor | undefined {
    const { layer, call, output } = withoutOwnCall(ref, this.#kinds, this.#kerasVersion, place, port);
    return this.#outputs.get(layer)?.[call]?.[output];
  }
}

function callOf(
  layer: AnyLayer | ModelLayer,
  inputs: readonly SymbolicTensor[],
  training: false | undefined,
): Application {
  const applied = appliedLayer(layer, () => layer);
  if (layer.takes === "model") return applyModel(applied, layer, inputs, training);
  const { outputShape } = buildLayer(
    layer,
    inputs.map(({ shape }) => shape),
  );
  return new Application(applied, inputs, [outputShape], { training });
}

interface Nested {
  readonly layer: AnyLayer | ModelLayer;
  /** How often the layer is called. */
  readonly calls: number;
}

/**
 * Where it is a model's, the number of a call as this counts calls: Keras 2 counts one that the model has of itself, Keras 3
 * only for functional models and only in `output_layers`.
 */
function withoutOwnCall(
  ref: TensorRef,
  kinds: ReadonlyMap<string, Nested>,
  kerasVersion: number,
  place: string,
  port?: string,
): TensorRef {
  const nested = kinds.get(ref.layer);
  if (!nested)
    throw new TrazoError(`${place}: it takes a tensor of "${ref.layer}", which the model does not have.`);
  const { layer, calls } = nested;
  if (layer.takes !== "model") return ref;
  if (calls === 1) return { ...ref, call: 0 };
  const isCounted = kerasVersion < 3 || (port !== undefined && layer.className === "Functional");
  return isCounted ? { ...ref, call: ref.call - 1 } : ref;
}

/** A call as Keras 2 or Keras 3 writes it. */
function readCall(node: Json, place: string): Call {
  if (Array.isArray(node)) {
    const refs = refsIn(node as Json, place);
    const options = node.map((one) => (Array.isArray(one) && isObject(one[3]) ? one[3] : {}));
    return { refs, training: trainingIn(Object.assign({}, ...options) as JsonObject, place) };
  }
  const { args = [], kwargs = {} } = isObject(node) ? node : {};
  if (!Array.isArray(args) || !isObject(kwargs))
    throw new TrazoError(`${place}: a damaged call of the layer.`);
  const given = args.flat(3) as Json[];
  return { refs: given.map((tensor) => kerasTensor(tensor, place)), training: trainingIn(kwargs, place) };
}

/** Called with `training: false`, as frozen backbones are, a layer does what it does outside of training. */
function trainingIn(options: JsonObject, place: string): false | undefined {
  for (const [key, value] of Object.entries(options)) {
    if (value === null || (key === "training" && value === false)) continue;
    throw new TrazoError(`${place}: called with ${key} = ${JSON.stringify(value)}, which is not supported.`);
  }
  return options.training === false ? false : undefined;
}

function kerasTensor(json: Json, place: string): TensorRef {
  const history = isObject(json) && isObject(json.config) ? json.config.keras_history : undefined;
  const [ref] = Array.isArray(history) ? refsIn([history], place) : [];
  if (ref) return ref;
  throw new TrazoError(
    `${place}: called with ${inWords(json)}; only calls with tensors of other layers are supported.`,
  );
}

/** References such as `["conv2d", 0, 0]`: one, a list, or an object of them. */
function refsIn(json: Json, place: string): TensorRef[] {
  if (isObject(json)) return Object.values(json).flatMap((one) => refsIn(one, place));
  if (!Array.isArray(json))
    throw new TrazoError(`${place}: expected references to layers, but found ${JSON.stringify(json)}.`);
  const [layer, call, output] = json;
  if (typeof layer !== "string") return json.flatMap((one) => refsIn(one, place));
  if (Number.isSafeInteger(call) && Number.isSafeInteger(output)) {
    return [{ layer, call: call as number, output: output as number }];
  }
  throw new TrazoError(`${place}: ${JSON.stringify(json)} is not a reference to a tensor of a layer.`);
}
