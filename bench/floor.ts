/**
 * Floating-point operations of one image's training step of the base model, counting two a multiply-add: each layer's
 * forward product, and as many again for its kernel's gradient and for its input's, which the first layer does not need.
 */
export function baseModelFlopsPerImage(): number {
  const forward = [
    2 * 24 * 24 * 6 * (5 * 5 * 1), // Conv2D 6@5x5 on 28x28x1
    2 * 8 * 8 * 16 * (5 * 5 * 6), // Conv2D 16@5x5 on 12x12x6
    2 * 256 * 1024,
    2 * 1024 * 1024,
    2 * 1024 * 10,
  ];
  return 3 * forward.reduce((a, b) => a + b, 0) - (forward[0] ?? 0);
}

/** Of each weight Adam reads gradient, weight and two moments and writes all but the gradient: seven float32. */
export function adamBytes(): number {
  const weights = 156 + 2_416 + 263_168 + 1_049_600 + 10_250;
  return weights * 7 * 4;
}

/** Milliseconds that a training step's products alone need at a given rate. */
export function productsMs(batchSize: number, gflops: number): number {
  return (baseModelFlopsPerImage() * batchSize) / gflops / 1e6;
}

/** The least that a step can take on a machine: its products, and Adam's memory traffic at a copy's rate. */
export function floorMs(batchSize: number, gflops: number, bytesPerSecond: number): number {
  return productsMs(batchSize, gflops) + (adamBytes() / bytesPerSecond) * 1000;
}
