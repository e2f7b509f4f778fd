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

/** Milliseconds that a training step's products alone need at a given rate; Adam's memory traffic comes on top. */
export function floorMs(batchSize: number, gflops: number): number {
  return (baseModelFlopsPerImage() * batchSize) / gflops / 1e6;
}
