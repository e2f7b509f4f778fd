import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { RandomStream } from "../random/stream.js";
import { fillNormal, fillTruncatedNormal, fillUniform } from "./distributions.js";
import { computeFans } from "./fans.js";
import type { Initializer } from "./initializer.js";
import { checkSeed, type SeedOption, streamFor } from "./seeded.js";

const MODES = ["fan_in", "fan_out", "fan_avg"] as const;
const DISTRIBUTIONS = ["truncated_normal", "untruncated_normal", "uniform"] as const;

/** The standard deviation of a unit normal cut at ±2; dividing by it restores the variance that the cut takes away. */
const TRUNCATED_STDDEV = 0.87962566103423978;

export interface VarianceScalingOptions extends SeedOption {
  /** The variance times the fan. Positive. Default 1. */
  readonly scale?: number | undefined;
  /** Which fan: `fan_in` (default), `fan_out` or `fan_avg`, their mean. */
  readonly mode?: string | undefined;
  /** `truncated_normal` (default; alias `normal`), `untruncated_normal` or `uniform`. */
  readonly distribution?: string | undefined;
}

const varianceScalingOptions = { scale: true, mode: true, distribution: true, seed: true } as const;

interface Scaling {
  readonly scale: number;
  readonly mode: (typeof MODES)[number];
  readonly distribution: (typeof DISTRIBUTIONS)[number];
}

/**
 * Values of mean 0 and variance `scale / max(1, fan)` (Keras `VarianceScaling`), so that signals neither grow nor
 * fade from layer to layer.
 *
 * @throws TrazoError for a scale that is not positive, and for an unknown mode or distribution
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  requireKnownOptions(options, varianceScalingOptions, "VarianceScaling");
  const { scale = 1, mode = "fan_in", distribution = "truncated_normal", seed } = options;
  const scaling: Scaling = {
    scale,
    mode: oneOf("mode", mode, MODES),
    distribution: oneOf(
      "distribution",
      distribution === "normal" ? "truncated_normal" : distribution,
      DISTRIBUTIONS,
    ),
  };
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new TrazoError(`VarianceScaling's scale must be a positive finite number, but is ${scale}.`);
  }
  checkSeed(seed);
  return {
    className: "VarianceScaling",
    init: (shape, random) => draw(scaling, shape, streamFor(seed, random)),
    getConfig: () => ({ ...scaling, seed: seed ?? null }),
  };
}

/** Uniform on ±sqrt(6 / (fanIn + fanOut)): Glorot & Bengio 2010. Keras's default for kernels. */
export function glorotUniform(options: SeedOption = {}): Initializer {
  return named("GlorotUniform", { scale: 1, mode: "fan_avg", distribution: "uniform" }, options);
}

/** Truncated normal of variance 2 / (fanIn + fanOut): Glorot & Bengio 2010. */
export function glorotNormal(options: SeedOption = {}): Initializer {
  return named("GlorotNormal", { scale: 1, mode: "fan_avg", distribution: "truncated_normal" }, options);
}

/** Uniform on ±sqrt(6 / fanIn): He et al. 2015, for ReLU. */
export function heUniform(options: SeedOption = {}): Initializer {
  return named("HeUniform", { scale: 2, mode: "fan_in", distribution: "uniform" }, options);
}

/** Truncated normal of variance 2 / fanIn: He et al. 2015, for ReLU. */
export function heNormal(options: SeedOption = {}): Initializer {
  return named("HeNormal", { scale: 2, mode: "fan_in", distribution: "truncated_normal" }, options);
}

/** Uniform on ±sqrt(3 / fanIn): LeCun et al. 1998. */
export function lecunUniform(options: SeedOption = {}): Initializer {
  return named("LecunUniform", { scale: 1, mode: "fan_in", distribution: "uniform" }, options);
}

/** Truncated normal of variance 1 / fanIn: LeCun et al. 1998. */
export function lecunNormal(options: SeedOption = {}): Initializer {
  return named("LecunNormal", { scale: 1, mode: "fan_in", distribution: "truncated_normal" }, options);
}

/** A scaling with a name of its own, whose configuration is the seed alone. */
function named(className: string, scaling: Scaling, options: SeedOption): Initializer {
  requireKnownOptions(options, { seed: true }, className);
  const { seed } = options;
  checkSeed(seed);
  return {
    className,
    init: (shape, random) => draw(scaling, shape, streamFor(seed, random)),
    getConfig: () => ({ seed: seed ?? null }),
  };
}

function draw(scaling: Scaling, shape: readonly number[], random: RandomStream): Float32Array {
  const variance = scaling.scale / Math.max(1, fan(scaling.mode, shape));
  switch (scaling.distribution) {
    case "uniform": {
      const limit = Math.sqrt(3 * variance);
      return fillUniform(shape, -limit, limit, random);
    }
    case "truncated_normal":
      return fillTruncatedNormal(shape, 0, Math.sqrt(variance) / TRUNCATED_STDDEV, random);
    case "untruncated_normal":
      return fillNormal(shape, 0, Math.sqrt(variance), random);
  }
}

function fan(mode: Scaling["mode"], shape: readonly number[]): number {
  const { fanIn, fanOut } = computeFans(shape);
  if (mode === "fan_in") return fanIn;
  return mode === "fan_out" ? fanOut : (fanIn + fanOut) / 2;
}

function oneOf<const T extends string>(what: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((entry) => entry === value);
  if (found === undefined) {
    throw new TrazoError(
      `VarianceScaling's ${what} must be one of ${allowed.join(", ")}, but is ${JSON.stringify(value)}.`,
    );
  }
  return found;
}
