import type { LayerSpec, NetworkSpec } from "./network.js";

/** What a training step cannot do without, for one image. */
export interface Count {
  /** Multiply-adds of forward, input gradient and kernel gradient, by the best known algorithm for the shape. */
  readonly multiplyAdds: number;
  /** Values that layers hand on: each is written once forward, read once backward, and so is its gradient. */
  readonly activations: number;
  readonly weights: number;
}

interface Place {
  readonly side: number;
  readonly channels: number;
}

/** Winograd's F(4x4, 3x3) takes 36 multiplications where 144 stand. */
const winograd = (kernel: number, stride: number): number => (kernel === 3 && stride === 1 ? 36 / 144 : 1);

class Counter {
  multiplyAdds = 0;
  activations = 0;
  weights = 0;
  place: Place;
  #first = true;

  constructor({ side, channels }: NetworkSpec) {
    this.place = { side, channels };
  }

  conv(filters: number, kernel: number, stride: number, same: boolean, from = this.place): Place {
    const side = same ? Math.ceil(from.side / stride) : Math.floor((from.side - kernel) / stride) + 1;
    const products = side * side * filters * from.channels * kernel * kernel;
    this.#product(products * (from.channels < 8 ? 1 : winograd(kernel, stride)));
    this.weights += kernel * kernel * from.channels * filters + filters;
    return this.#give({ side, channels: filters });
  }

  depthwise(stride: number): void {
    const side = Math.ceil(this.place.side / stride);
    this.#product(side * side * this.place.channels * 9);
    this.weights += 10 * this.place.channels;
    this.place = this.#give({ side, channels: this.place.channels });
  }

  dense(units: number): void {
    const inputs = this.place.side ** 2 * this.place.channels;
    this.#product(inputs * units);
    this.weights += (inputs + 1) * units;
    this.place = this.#give({ side: 1, channels: units });
  }

  pool(size: number): void {
    this.place = this.#give({ side: Math.floor(this.place.side / size), channels: this.place.channels });
  }

  batchNorm(): void {
    this.weights += 2 * this.place.channels;
    this.#give(this.place);
  }

  residual(filters: number, stride: number): void {
    const before = this.place;
    this.place = this.conv(filters, 3, stride, true);
    this.batchNorm();
    this.place = this.conv(filters, 3, 1, true);
    this.batchNorm();
    if (stride === 1 && before.channels === filters) return;
    this.conv(filters, 1, stride, true, before);
    this.batchNorm();
  }

  #product(multiplyAdds: number): void {
    // The first layer needs no gradient of its input.
    this.multiplyAdds += multiplyAdds * (this.#first ? 2 : 3);
    this.#first = false;
  }

  #give(place: Place): Place {
    this.activations += place.side ** 2 * place.channels;
    return place;
  }
}

const rules: Readonly<Record<LayerSpec["kind"], (counter: Counter, layer: LayerSpec) => void>> = {
  conv: (counter, { filters = 0, kernel = 0, stride = 1, same = false }) => {
    counter.place = counter.conv(filters, kernel, stride, same);
  },
  separable: (counter, { filters = 0, stride = 1 }) => {
    counter.depthwise(stride);
    counter.batchNorm();
    counter.place = counter.conv(filters, 1, 1, true);
    counter.batchNorm();
  },
  residual: (counter, { filters = 0, stride = 1 }) => counter.residual(filters, stride),
  batchNorm: (counter) => counter.batchNorm(),
  maxPool: (counter, { size = 1 }) => counter.pool(size),
  averagePool: (counter, { size = 1 }) => counter.pool(size),
  globalAverage: (counter) => counter.pool(counter.place.side),
  dense: (counter, { units = 0 }) => counter.dense(units),
  relu: () => {},
  dropout: () => {},
  flatten: () => {},
};

export function countOf(network: NetworkSpec): Count {
  const counter = new Counter(network);
  for (const layer of network.layers) rules[layer.kind](counter, layer);
  counter.dense(network.classes);
  const { multiplyAdds, activations, weights } = counter;
  return { multiplyAdds, activations, weights };
}

/**
 * The least that a step can take: its products at the rate of a large matrix product, and the bytes that must move at
 * a copy's rate. Of each weight Adam reads gradient, weight and two moments and writes all but the gradient.
 */
export function floorMs(network: NetworkSpec, batch: number, gflops: number, bytesPerSecond: number): number {
  const { multiplyAdds, activations, weights } = countOf(network);
  const bytes = 4 * (4 * activations * batch + 7 * weights);
  return (2 * multiplyAdds * batch) / (gflops * 1e6) + (bytes / bytesPerSecond) * 1e3;
}
