/** Most moments of a run that are kept: each takes two bytes a weight. */
const most = 24;
/** Steps between the first moments. */
const firstInterval = 25;

/** The weights of a run at moments of its training, evenly spread over all of it, in half the memory: enough to look at. */
export class Moments {
  #interval = firstInterval;
  #kept = new Map<number, readonly Uint16Array[]>();

  /** Ascending. */
  get steps(): readonly number[] {
    return [...this.#kept.keys()];
  }

  isDue(step: number): boolean {
    return step % this.#interval === 0 && !this.#kept.has(step);
  }

  keep(step: number, weights: readonly Float32Array[]): void {
    this.#kept.set(step, weights.map(packed));
    if (this.#kept.size <= most) return;
    this.#interval *= 2;
    for (const kept of this.steps) if (kept % this.#interval !== 0) this.#kept.delete(kept);
  }

  /** The weights at the last kept moment up to a step; undefined when none is kept so early. */
  at(step: number): { readonly step: number; readonly weights: Float32Array[] } | undefined {
    const found = this.steps.findLast((kept) => kept <= step);
    const weights = found === undefined ? undefined : this.#kept.get(found);
    return weights && { step: found as number, weights: weights.map(unpacked) };
  }

  clear(): void {
    this.#kept.clear();
  }
}

/** The upper half of each float32 (bfloat16), rounded. */
function packed(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(bits.length);
  // A million values, while a training waits: `from` with a function takes many times as long.
  for (let i = 0; i < bits.length; i++) halves[i] = ((bits[i] as number) + 0x8000) >>> 16;
  return halves;
}

function unpacked(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (halves[i] as number) << 16;
  return new Float32Array(bits.buffer);
}
