/** A logarithmic axis from the worst value (bottom) to the best (top), with ticks at round values. */
export interface LogAxis {
  readonly bottom: number;
  readonly top: number;
  readonly ticks: readonly number[];
}

/** Round leading digits, from many ticks a decade to one. */
const stepsPerDecade = [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];
const exponents = [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3];
const mostTicks = 6;

/** Shares of errors, drawn downwards so that accuracy grows upwards. */
export function errorAxis(errors: readonly number[], floor: number): LogAxis {
  const usable = errors.map((error) => Math.max(error, floor));
  const bottom = Math.min(1, Math.max(...usable) * 1.15);
  const top = Math.min(...usable) / 1.15;
  return { bottom, top, ticks: roundBetween(top, bottom) };
}

/** Losses, drawn upwards. */
export function lossAxis(losses: readonly number[], floor: number): LogAxis {
  const usable = losses.filter(Number.isFinite).map((loss) => Math.max(loss, floor));
  const bottom = Math.min(...usable) / 1.1;
  const top = Math.max(...usable) * 1.1;
  return { bottom, top, ticks: roundBetween(bottom, top) };
}

/** Where a value lies, from 0 at the bottom to `height` at the top. */
export function heightOf({ bottom, top }: LogAxis, value: number, height: number): number {
  return (Math.log(value / bottom) / Math.log(top / bottom)) * height;
}

/** A value kept within the axis, so that a line leaves along the edge and not off the paper. */
export function within({ bottom, top }: LogAxis, value: number): number {
  return Math.min(Math.max(value, Math.min(bottom, top)), Math.max(bottom, top));
}

/** Whole epochs at which a label stands: the first, and round ones. */
export function epochTicks(epochs: number): number[] {
  const step = [1, 5, 10, 20, 50, 100].find((size) => epochs / size <= mostTicks + 2) ?? 100;
  const round = Array.from({ length: epochs }, (_, i) => i + 1).filter((epoch) => epoch % step === 0);
  return step === 1 || epochs < step ? round : [1, ...round];
}

/**
 * Moves labels apart until neighbors keep a distance, staying in order and as near to their places as that allows, from 0 to a limit;
 * where they do not all fit, the last ones reach beyond it.
 */
export function spread(places: readonly number[], distance: number, limit: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  // Pools labels that collide into blocks, each centered on the mean of its members' places.
  const blocks: { sum: number; members: number[] }[] = [];
  for (const { place, index } of order) {
    let block = { sum: place, members: [index] };
    for (let last = blocks.at(-1); last && overlap(last, block, distance); last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, members: [...last.members, ...block.members] };
    }
    blocks.push(block);
  }
  const placed = new Array<number>(places.length).fill(0);
  // What all labels need beside each other is not free.
  const room = Math.max(0, limit - (places.length - 1) * distance);
  let before = 0;
  for (const block of blocks) {
    const start = center(block) - ((block.members.length - 1) * distance) / 2;
    const free = Math.min(Math.max(start - before * distance, 0), room);
    for (const [i, member] of block.members.entries()) placed[member] = free + (before + i) * distance;
    before += block.members.length;
  }
  return placed;
}

interface Block {
  readonly sum: number;
  readonly members: readonly number[];
}

function center({ sum, members }: Block): number {
  return sum / members.length;
}

function overlap(above: Block, below: Block, distance: number): boolean {
  return center(below) - center(above) < ((above.members.length + below.members.length) / 2) * distance;
}

function roundBetween(low: number, high: number): number[] {
  const candidates = stepsPerDecade.map((steps) =>
    exponents
      .flatMap((exponent) => steps.map((step) => Number(`${step}e${exponent}`)))
      .filter((value) => value >= low && value <= high),
  );
  return candidates.find(({ length }) => length <= mostTicks) ?? candidates.at(-1) ?? [];
}

/** A linear axis of shares that ends at 1. */
export interface LinearAxis {
  readonly bottom: number;
  readonly ticks: readonly number[];
}

const shareSteps = [0.01, 0.02, 0.05, 0.1, 0.2];

/** From a round share at or below the lowest one up to all of it, with a handful of ticks. */
export function shareAxis(lowest: number): LinearAxis {
  const step = shareSteps.find((size) => (1 - lowest) / size <= mostTicks - 1) ?? 0.2;
  const steps = Math.max(1, Math.ceil((1 - lowest) / step - 1e-9));
  const ticks = Array.from({ length: steps + 1 }, (_, i) => Number((1 - i * step).toFixed(2))).reverse();
  return { bottom: Math.max(0, ticks[0] as number), ticks: ticks.filter((share) => share >= 0) };
}
