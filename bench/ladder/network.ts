import networks from "./networks.json" with { type: "json" };

/** One layer of a rung, as networks.json says it. Further layers stand for several: see the builders. */
export interface LayerSpec {
  readonly kind:
    | "conv"
    | "separable"
    | "residual"
    | "batchNorm"
    | "relu"
    | "maxPool"
    | "averagePool"
    | "globalAverage"
    | "flatten"
    | "dropout"
    | "dense";
  readonly filters?: number;
  readonly kernel?: number;
  readonly stride?: number;
  readonly same?: boolean;
  readonly relu?: boolean;
  readonly size?: number;
  readonly units?: number;
  readonly rate?: number;
}

/** A network of the ladder; a dense layer of `classes` with softmax ends each. */
export interface NetworkSpec {
  readonly side: number;
  readonly channels: number;
  readonly classes: number;
  readonly batches: readonly number[];
  readonly layers: readonly LayerSpec[];
}

export const ladderNetworks = networks as Readonly<Record<string, NetworkSpec>>;
