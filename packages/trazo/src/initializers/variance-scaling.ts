import type { RandomStream } from "../random/stream.js";
import { type Factory, type OptionsOf, withShared } from "../schema/define.js";
import { type RequiredOption, withDefault } from "../schema/option.js";
import { number, oneOf } from "../schema/options.js";
import { fillNormal, fillTruncatedNormal, fillUniform } from "./distributions.js";
import { computeFans } from "./fans.js";
import { defineInitializer, type Initializer } from "./initializer.js";
import { type SeededOptions, seeded, streamFor } from "./seeded.js";

type Mode = "fan_in" | "fan_out" | "fan_avg";
type Distribution = "truncated_normal" | "untruncated_normal" | "uniform";

/** The standard deviation of a unit normal cut at ±2; dividing by it restores the variance that the cut takes away. */
const truncatedStddev = 0.87962566103423978;

interface Scaling {
  readonly scale: number;
  readonly mode: Mode;
  readonly distribution: Distribution;
}

const distributions = oneOf(["truncated_normal", "untruncated_normal", "uniform", "normal"]);

/** Keras takes `normal` for `truncated_normal`, and writes the latter. */
const distribution: RequiredOption<Distribution | "normal", Distribution> = {
  ...distributions,
  parse(value, what) {
    const name = distributions.parse(value, what);
    return name === "normal" ? "truncated_normal" : name;
  },
};

export type VarianceScalingOptions = OptionsOf<typeof varianceScaling>;

/**
 * Values of mean 0 and variance `scale / max(1, fan)` (Keras `VarianceScaling`), so that signals neither grow nor
 * fade from layer to layer.
 *
 * @throws TrazoError for a scale that is not positive, and for an unknown mode or distribution
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.varianceScaling({ scale: 2, mode: "fan_out" }) });
 * ```
 */
export const varianceScaling = defineInitializer({
  className: "VarianceScaling",
  options: withShared(
    {
      /** The variance times the fan. Positive. Default 1. */
      scale: withDefault(number({ above: 0 }), 1),
      /** Which fan: `fan_in` (default), `fan_out` or `fan_avg`, their mean. */
      mode: withDefault(oneOf(["fan_in", "fan_out", "fan_avg"]), "fan_in"),
      /** `truncated_normal` (default; alias `normal`), `untruncated_normal` or `uniform`. */
      distribution: withDefault(distribution, "truncated_normal"),
    },
    seeded,
  ),
  create: ({ seed, ...scaling }) => ({
    init: (shape, random) => draw(scaling, shape, streamFor(seed, random)),
  }),
});

/** A scaling with a name of its own, whose configuration is the seed alone. */
const scaled = (className: string, scaling: Scaling): Factory<SeededOptions, Initializer> =>
  defineInitializer({
    className,
    options: seeded,
    create: ({ seed }) => ({ init: (shape, random) => draw(scaling, shape, streamFor(seed, random)) }),
  });

/**
 * Uniform on ±sqrt(6 / (fanIn + fanOut)): Glorot & Bengio 2010. Keras's default for kernels.
 *
 * @throws TrazoError for a seed that is not a non-negative integer
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.glorotUniform({ seed: 1 }) });
 * ```
 */
export const glorotUniform = scaled("GlorotUniform", { scale: 1, mode: "fan_avg", distribution: "uniform" });

/**
 * Truncated normal of variance 2 / (fanIn + fanOut): Glorot & Bengio 2010.
 *
 * @throws TrazoError for a seed that is not a non-negative integer
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.glorotNormal({ seed: 1 }) });
 * ```
 */
export const glorotNormal = scaled("GlorotNormal", {
  scale: 1,
  mode: "fan_avg",
  distribution: "truncated_normal",
});

/**
 * Uniform on ±sqrt(6 / fanIn): He et al. 2015, for ReLU.
 *
 * @throws TrazoError for a seed that is not a non-negative integer
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.heUniform({ seed: 1 }) });
 * ```
 */
export const heUniform = scaled("HeUniform", { scale: 2, mode: "fan_in", distribution: "uniform" });

/**
 * Truncated normal of variance 2 / fanIn: He et al. 2015, for ReLU.
 *
 * @throws TrazoError for a seed that is not a non-negative integer
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.heNormal({ seed: 1 }) });
 * ```
 */
export const heNormal = scaled("HeNormal", { scale: 2, mode: "fan_in", distribution: "truncated_normal" });

/**
 * Uniform on ±sqrt(3 / fanIn): LeCun et al. 1998.
 *
 * @throws TrazoError for a seed that is not a non-negative integer
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.lecunUniform({ seed: 1 }) });
 * ```
 */
export const lecunUniform = scaled("LecunUniform", { scale: 1, mode: "fan_in", distribution: "uniform" });

/**
 * Truncated normal of variance 1 / fanIn: LeCun et al. 1998.
 *
 * @throws TrazoError for a seed that is not a non-negative integer
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.lecunNormal({ seed: 1 }) });
 * ```
 */
export const lecunNormal = scaled("LecunNormal", {
  scale: 1,
  mode: "fan_in",
  distribution: "truncated_normal",
});

function draw(scaling: Scaling, shape: readonly number[], random: RandomStream): Float32Array {
  const variance = scaling.scale / Math.max(1, fan(scaling.mode, shape));
  switch (scaling.distribution) {
    case "uniform": {
      const limit = Math.sqrt(3 * variance);
      return fillUniform(shape, -limit, limit, random);
    }
    case "truncated_normal":
      return fillTruncatedNormal(shape, 0, Math.sqrt(variance) / truncatedStddev, random);
    case "untruncated_normal":
      return fillNormal(shape, 0, Math.sqrt(variance), random);
  }
}

function fan(mode: Mode, shape: readonly number[]): number {
  const { fanIn, fanOut } = computeFans(shape);
  if (mode === "fan_in") return fanIn;
  return mode === "fan_out" ? fanOut : (fanIn + fanOut) / 2;
}
