import type { PerRow, Place, Share } from "../program/program.js";
import { kernel } from "../program/steps.js";
import type { Emitter, MoveShare, SharedGradient } from "../task/task.js";
import type { ActivationNumber } from "./activation.js";

/**
 * Parts of a dense layer's step in which every one takes some of the features, over all samples, instead of some of the samples. A matrix
 * product brings the matrix of weights into an order of its own before it multiplies, whatever the number of rows: with few samples
 * that is half of its time, and so every part does it for its own weights only.
 */

/** Parts take features in groups of a cache line. */
const featuresOfShare = 16;

/** The sizes of a dense layer's matrices. */
export interface DenseSizes {
  readonly features: number;
  readonly units: number;
  readonly rows: PerRow;
}

/**
 * Whether the weights outweigh the rows that have to be copied when threads divide them by features. In training only: what a model predicts
 * of a sample is not to depend on how many others there are. Of weights that all threads read, what one of them moves has to be fetched from
 * its core's cache by the others, which takes longer than copying as many values where cores do not share one.
 */
export function splitsWeights(emit: Emitter, { features, units, rows }: DenseSizes): boolean {
  const { training, threads, batch } = emit;
  const copied = rows.perRow * batch * (features + units);
  return training && threads > 1 && features >= 2 * featuresOfShare * threads && copied <= features * units;
}

/** Features or units. */
const sharedOut = (total: number): Share => ({ total, unit: featuresOfShare });

/** The most features that one of so many parts has. */
const mostOfShare = (features: number, parts: number): number =>
  Math.ceil(features / featuresOfShare / parts) * featuresOfShare;

/** Each part multiplies its features of all rows by their weights; then all parts' sums are brought together, by each for some of the units. */
export function splitForward(
  emit: Emitter,
  { features, units, rows }: DenseSizes,
  places: {
    readonly x: Place;
    readonly w: Place;
    readonly y: Place;
    readonly bias: Place | undefined;
    readonly activation: ActivationNumber;
  },
): void {
  const share = sharedOut(features);
  const own = emit.ofEachThread(4 * rows.perRow * mostOfShare(features, emit.parts));
  const parts = emit.ofEachPart(4 * rows.perRow * units);
  const product = { kind: "product", count: 0, transposeA: false, transposeB: false } as const;
  const forms = { m: rows, n: units, k: { share }, accumulate: false };
  emit.begin(kernel("copyColumns", emit.ofShare(places.x, share, 4), rows, { share }, features, own), {
    ...product,
    ...forms,
    a: own,
    b: emit.ofShare(places.w, share, 4 * units),
    y: parts,
  });
  const columns = sharedOut(units);
  const [sums, bias, y] = [emit.ofFirst(parts), places.bias, places.y].map(
    (place) => place && emit.ofShare(place, columns, 4),
  );
  const summed = { share: columns };
  emit.shared(
    kernel(
      "sumColumns",
      ...[sums as Place, parts.perPart, emit.parts, rows, summed, units],
      ...[bias ?? 0, places.activation, y as Place],
    ),
  );
}

/** Each part computes its features' columns of the gradient of the input. */
export function splitInputGradient(
  emit: Emitter,
  { features, units, rows }: DenseSizes,
  places: { readonly dy: Place; readonly w: Place; readonly dx: SharedGradient },
): void {
  const share = sharedOut(features);
  const columns = { share };
  const own = emit.ofEachThread(4 * rows.perRow * mostOfShare(features, emit.shares));
  const { accumulate, place } = places.dx;
  const dx = emit.ofShare(place, share, 4);
  if (accumulate) emit.shared(kernel("copyColumns", dx, rows, columns, features, own));
  emit.shared(
    {
      ...({ kind: "product", count: 0, transposeA: false, transposeB: true } as const),
      ...{ m: rows, n: columns, k: units, accumulate },
      ...{ a: places.dy, b: emit.ofShare(places.w, share, 4 * units), y: own },
    },
    kernel("copyRuns", own, 0, columns, rows, columns, dx, 0, features),
  );
}

/**
 * Each part computes some rows of the weights' gradient, those of its features, over all samples: the gradient is large, and is
 * written once.
 */
export function weightGradient(
  emit: Emitter,
  { features, units, rows }: DenseSizes,
  { x, dy, dw }: { readonly x: Place; readonly dy: Place; readonly dw: SharedGradient },
): void {
  const product = { kind: "product", count: 0, n: units, k: rows, b: dy } as const;
  const forms = { transposeA: true, transposeB: false, accumulate: dw.accumulate };
  if (emit.shares === 1) {
    emit.shared({ ...product, ...forms, m: features, a: x, y: dw.place });
    return;
  }
  const share = sharedOut(features);
  const own = emit.ofEachThread(4 * rows.perRow * mostOfShare(features, emit.shares));
  emit.shared(kernel("transposeColumns", emit.ofShare(x, share, 4), rows, { share }, features, own), {
    ...product,
    ...forms,
    transposeA: false,
    m: { share },
    a: own,
    y: emit.ofShare(dw.place, share, 4 * units),
  });
}

/**
 * Each part computes the gradient of some features' weights and moves these, and then those of the next: in a core's cache, so that the
 * gradient never goes through memory. They fill what a block's data may, as every product copies the gradient of the output anew.
 */
export function moveWeights(
  emit: Emitter,
  { features, units, rows }: DenseSizes,
  { x, dy, update }: { readonly x: Place; readonly dy: Place; readonly update: MoveShare },
): void {
  const most = mostOfShare(features, emit.shares);
  const fitting = Math.floor(emit.cache / (4 * units * featuresOfShare)) * featuresOfShare;
  const size = Math.min(most, Math.max(featuresOfShare, fitting));
  const own = emit.ofEachThread(4 * rows.perRow * size);
  const gradient = emit.state("gradient", 4 * size * units, "thread");
  const product = { kind: "product", count: 0, n: units, k: rows, b: dy } as const;
  const forms = { transposeA: false, transposeB: false, accumulate: false };
  for (let index = 0; index * size < most; index++) {
    const share = { ...sharedOut(features), part: { index, size } };
    emit.shared(
      kernel("transposeColumns", emit.ofShare(x, share, 4), rows, { share }, features, own),
      { ...product, ...forms, m: { share }, a: own, y: gradient },
      update(gradient, share, 4 * units),
    );
  }
}
