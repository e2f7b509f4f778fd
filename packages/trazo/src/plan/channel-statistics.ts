import type { KernelTable } from "./program/blas.js";

/**
 * The arithmetic of batch normalization that is done once per channel: too short to be worth a kernel. Addresses are bytes in
 * the memory; vectors hold a number per channel.
 */
export function channelStatistics(buffer: () => ArrayBufferLike): KernelTable {
  const vector = (at: number, length: number): Float32Array =>
    new Float32Array(buffer() as ArrayBuffer, at, length);
  const optional = (at: number, length: number): Float32Array | undefined =>
    at === 0 ? undefined : vector(at, length);
  return {
    /** Brings together numbers of rows, their means, and the sums of the squares around these (Chan, Golub and LeVeque 1983). */
    mergeMoments(at: number, other: number, channels: number) {
      const [moments, more] = [vector(at, 1 + 2 * channels), vector(other, 1 + 2 * channels)];
      const [before, rows] = [moments[0] as number, more[0] as number];
      const total = before + rows;
      if (rows === 0) return;
      for (let c = 1; c <= channels; c++) {
        const mean = moments[c] as number;
        const apart = (more[c] as number) - mean;
        moments[c] = mean + (apart * rows) / total;
        const around = (more[channels + c] as number) + (apart * apart * before * rows) / total;
        moments[channels + c] = (moments[channels + c] as number) + around;
      }
      moments[0] = total;
    },
    finishMoments(at: number, channels: number, mean: number, variance: number) {
      const moments = vector(at, 1 + 2 * channels);
      vector(mean, channels).set(moments.subarray(1, 1 + channels));
      const variances = vector(variance, channels);
      for (let c = 0; c < channels; c++) {
        variances[c] = (moments[1 + channels + c] as number) / (moments[0] as number);
      }
    },
    /** Rounded as float32 at each step, as graphs do it. */
    movingAverage(
      past: number,
      statistic: number,
      channels: number,
      momentum: number,
      rest: number,
      bound: number,
      byMagnitude: number,
      target: number,
    ) {
      const [before, now] = [vector(past, channels), vector(statistic, channels)];
      const next = vector(target, channels);
      for (let c = 0; c < channels; c++) {
        const faded = Math.fround((before[c] as number) * momentum);
        const value = Math.fround(faded + Math.fround((now[c] as number) * rest));
        next[c] = (byMagnitude ? Math.abs(value) : value) < bound ? 0 : value;
      }
    },
    /** Writes a factor and, behind the factors, a summand per channel. */
    normalizationFactors(
      mean: number,
      variance: number,
      gamma: number,
      beta: number,
      epsilon: number,
      channels: number,
      target: number,
    ) {
      const [means, variances] = [vector(mean, channels), vector(variance, channels)];
      const [gammas, betas] = [optional(gamma, channels), optional(beta, channels)];
      const factors = vector(target, 2 * channels);
      for (let c = 0; c < channels; c++) {
        const factor = (gammas?.[c] ?? 1) / Math.sqrt((variances[c] as number) + epsilon);
        factors[c] = factor;
        factors[channels + c] = (betas?.[c] ?? 0) - (means[c] as number) * factor;
      }
    },
    /**
     * From the sums of the gradient, and of the gradient times the centered values, to the gradients of gamma and beta and to
     * the three numbers per channel with which `a dy + b x + c` is the gradient of the values.
     */
    finishNormalizationAdjoint(
      sums: number,
      rows: number,
      channels: number,
      mean: number,
      variance: number,
      gamma: number,
      epsilon: number,
      dGamma: number,
      dBeta: number,
      target: number,
    ) {
      const total = vector(sums, 2 * channels);
      const [means, variances, gammas] = [
        vector(mean, channels),
        vector(variance, channels),
        optional(gamma, channels),
      ];
      const [dGammas, dBetas] = [optional(dGamma, channels), optional(dBeta, channels)];
      const factors = vector(target, 3 * channels);
      for (let c = 0; c < channels; c++) {
        const inverse = 1 / Math.sqrt((variances[c] as number) + epsilon);
        const scale = (gammas?.[c] ?? 1) * inverse;
        const [sum, product] = [total[c] as number, total[channels + c] as number];
        if (dBetas) dBetas[c] = sum;
        if (dGammas) dGammas[c] = product * inverse;
        const slope = (-scale * inverse * inverse * product) / rows;
        factors[c] = scale;
        factors[channels + c] = slope;
        factors[2 * channels + c] = (-scale * sum) / rows - slope * (means[c] as number);
      }
    },
  };
}
