import { randomStream } from "../random/derive.js";
import type { RandomStream } from "../random/stream.js";
import type { GivenOptions } from "../schema/define.js";
import { optional } from "../schema/option.js";
import { integer } from "../schema/options.js";

const options = {
  /**
   * When given, the values come from this seed alone: the same for every weight of the same shape, whatever the
   * model's seed. An integer from 0 to 2⁵³−1. Default: the stream that the model passes.
   */
  seed: optional(integer({ min: 0 })),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface SeededOptions extends Readonly<typeof options> {}

/** The option that every random initializer takes. */
export const seeded: SeededOptions = options;

export type SeedOption = GivenOptions<typeof seeded>;

/** The seed's own stream, from its start, when a seed is given; else the stream that was passed. */
export const streamFor = (seed: number | undefined, random: RandomStream): RandomStream =>
  seed === undefined ? random : randomStream(seed, "initializer");
