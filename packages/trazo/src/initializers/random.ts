import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { fillNormal, fillTruncatedNormal, fillUniform } from "./distributions.js";
import type { Initializer } from "./initializer.js";
import { checkFinite, checkSeed, checkSpread, type SeedOption, streamFor } from "./seeded.js";

export interface NormalOptions extends SeedOption {
  /** Default 0. */
  readonly mean?: number | undefined;
  /** Standard deviation, at least 0. Default 0.05. */
  readonly stddev?: number | undefined;
}

export interface UniformOptions extends SeedOption {
  /** Lower end, included. Default -0.05. */
  readonly minval?: number | undefined;
  /** Upper end, excluded before rounding to float32. Default 0.05. */
  readonly maxval?: number | undefined;
}

const normalOptions = { mean: true, stddev: true, seed: true } as const;

/** Normal values (Keras `RandomNormal`). @throws TrazoError for a negative or infinite spread */
export function randomNormal(options: NormalOptions = {}): Initializer {
  requireKnownOptions(options, normalOptions, "RandomNormal");
  const { mean = 0, stddev = 0.05, seed } = options;
  checkFinite("RandomNormal's mean", mean);
  checkSpread("RandomNormal's stddev", stddev);
  checkSeed(seed);
  return {
    className: "RandomNormal",
    init: (shape, random) => fillNormal(shape, mean, stddev, streamFor(seed, random)),
    getConfig: () => ({ mean, stddev, seed: seed ?? null }),
  };
}

/**
 * Normal values drawn again until they lie within two `stddev` of the mean (Keras `TruncatedNormal`). The spread of
 * what remains is 0.88 `stddev`: unlike VarianceScaling this does not correct for the cut.
 *
 * @throws TrazoError for a negative or infinite spread
 */
export function truncatedNormal(options: NormalOptions = {}): Initializer {
  requireKnownOptions(options, normalOptions, "TruncatedNormal");
  const { mean = 0, stddev = 0.05, seed } = options;
  checkFinite("TruncatedNormal's mean", mean);
  checkSpread("TruncatedNormal's stddev", stddev);
  checkSeed(seed);
  return {
    className: "TruncatedNormal",
    init: (shape, random) => fillTruncatedNormal(shape, mean, stddev, streamFor(seed, random)),
    getConfig: () => ({ mean, stddev, seed: seed ?? null }),
  };
}

/** Uniform values (Keras `RandomUniform`). @throws TrazoError when the ends are not finite or out of order */
export function randomUniform(options: UniformOptions = {}): Initializer {
  requireKnownOptions(options, { minval: true, maxval: true, seed: true }, "RandomUniform");
  const { minval = -0.05, maxval = 0.05, seed } = options;
  checkFinite("RandomUniform's minval", minval);
  checkFinite("RandomUniform's maxval", maxval);
  if (minval > maxval) {
    throw new TrazoError(`RandomUniform's minval (${minval}) must not be above its maxval (${maxval}).`);
  }
  checkSeed(seed);
  return {
    className: "RandomUniform",
    init: (shape, random) => fillUniform(shape, minval, maxval, streamFor(seed, random)),
    getConfig: () => ({ minval, maxval, seed: seed ?? null }),
  };
}
