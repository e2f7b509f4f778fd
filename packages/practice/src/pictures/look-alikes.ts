/** What is compared of a picture: small enough to keep of every one. */
export interface Sketch {
  /** Of the file's bytes. */
  readonly digest: string;
  /** `side` × `side` × 3 bytes. */
  readonly pixels: Uint8Array;
}

/** Pixels per side. */
export const sketchSide = 16;

/** A picture again: the same bytes, or nearly the same pixels, as after it was saved again or resized. */
export interface LookAlikes {
  /** Numbers of the pictures, at least two. */
  readonly pictures: readonly number[];
  readonly areSame: boolean;
}

/** Differences that saving a picture again leaves: on average, and at most, of 255. */
const [meanDifference, mostDifference] = [5, 32];
/** Bits of the fingerprint that may differ: one band of four is then the same. */
const mostBits = 3;
const bands = 4;
/** Pictures of one band that are compared with each other, by brightness: thousands of blank ones would take forever. */
const mostNeighbors = 64;

/**
 * Finds pictures that are there more than once: by the difference hash (64 signs of how neighbors differ in brightness), then pixel by
 * pixel on the sketch. Each picture is in one group at most.
 */
export function lookAlikes(sketches: readonly Sketch[]): LookAlikes[] {
  const groups = new Groups(sketches.length);
  const byDigest = new Map<string, number>();
  for (const [i, { digest }] of sketches.entries()) {
    const twin = byDigest.get(digest);
    if (twin === undefined) byDigest.set(digest, i);
    else groups.join(twin, i);
  }
  // One of each file is enough.
  const distinct = [...byDigest.values()];
  const prints = new Map(distinct.map((i) => [i, fingerprint((sketches[i] as Sketch).pixels)]));
  for (let band = 0; band < bands; band++) {
    const buckets = new Map<number, number[]>();
    for (const i of distinct) {
      const key = prints.get(i)?.bands[band] as number;
      const bucket = buckets.get(key);
      if (bucket) bucket.push(i);
      else buckets.set(key, [i]);
    }
    for (const bucket of buckets.values()) {
      bucket.sort((a, b) => (prints.get(a)?.brightness as number) - (prints.get(b)?.brightness as number));
      for (const [place, a] of bucket.entries()) {
        for (const b of bucket.slice(place + 1, place + 1 + mostNeighbors)) {
          const [one, other] = [prints.get(a) as Print, prints.get(b) as Print];
          if (other.brightness - one.brightness > meanDifference) break;
          if (bitsBetween(one, other) > mostBits) continue;
          if (areAlike((sketches[a] as Sketch).pixels, (sketches[b] as Sketch).pixels)) groups.join(a, b);
        }
      }
    }
  }
  return groups.found().map((pictures) => ({
    pictures,
    areSame: pictures.every((i) => sketches[i]?.digest === sketches[pictures[0] as number]?.digest),
  }));
}

interface Print {
  /** 16 bits each. */
  readonly bands: readonly number[];
  readonly brightness: number;
}

function fingerprint(pixels: Uint8Array): Print {
  const light = (x: number, y: number): number => {
    // Twice as fine as the signs: each covers two by two pixels.
    let sum = 0;
    for (const [dx, dy] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const at = ((2 * y + dy) * sketchSide + Math.min(2 * x + dx, sketchSide - 1)) * 3;
      sum += (pixels[at] as number) + (pixels[at + 1] as number) + (pixels[at + 2] as number);
    }
    return sum;
  };
  const signs = Array.from({ length: 64 }, (_, i) => {
    const [x, y] = [i % 8, i >> 3];
    return light(x, y) > light((x + 1) % 8, y) ? 1 : 0;
  });
  return {
    bands: Array.from({ length: bands }, (_, band) =>
      signs.slice(band * 16, (band + 1) * 16).reduce<number>((bits, sign) => (bits << 1) | sign, 0),
    ),
    brightness: pixels.reduce((sum, value) => sum + value, 0) / pixels.length,
  };
}

function bitsBetween(one: Print, other: Print): number {
  let count = 0;
  for (const [band, bits] of one.bands.entries()) {
    for (let rest = bits ^ (other.bands[band] as number); rest > 0; rest &= rest - 1) count++;
  }
  return count;
}

function areAlike(one: Uint8Array, other: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < one.length; i++) {
    const difference = Math.abs((one[i] as number) - (other[i] as number));
    if (difference > mostDifference) return false;
    sum += difference;
  }
  return sum <= meanDifference * one.length;
}

/** Sets that become one when members of both turn out to belong together. */
class Groups {
  readonly #parents: Int32Array;

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, i) => i);
  }

  join(a: number, b: number): void {
    const [first, second] = [this.#root(a), this.#root(b)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }

  found(): number[][] {
    const members = new Map<number, number[]>();
    for (const i of this.#parents.keys()) {
      const root = this.#root(i);
      const list = members.get(root);
      if (list) list.push(i);
      else members.set(root, [i]);
    }
    return [...members.values()].filter((list) => list.length > 1);
  }

  #root(i: number): number {
    let root = i;
    while (this.#parents[root] !== root) root = this.#parents[root] as number;
    this.#parents[i] = root;
    return root;
  }
}
