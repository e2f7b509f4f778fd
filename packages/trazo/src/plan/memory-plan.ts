import type { Phase, Place, Share } from "./program/program.js";
import { placesOf, stepsOf } from "./program/steps.js";

const alignment = 64;
const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** A place that is the same for all. */
export const at = (address: number): Place => ({ at: address, perRow: 0, perThread: 0, perPart: 0 });

/** Memory with an address of its own: how much, and between which phases it is needed. */
interface Piece {
  readonly place: Place;
  readonly bytes: number;
  from: number;
  to: number;
}

/** A place whose address follows from others'. */
interface Derived {
  readonly place: Place;
  readonly sources: readonly Place[];
  settle(): void;
}

/** What a phase asks for as the memory of its blocks. */
export interface ScratchRequest {
  readonly place: Place;
  readonly bytes: number;
  /** Requests of different tasks may use the same memory; undefined: needed through the whole phase. */
  readonly task: number | undefined;
}

/**
 * Gives every piece of a program's memory a fixed address. Pieces that are never needed at the same time may overlap; the
 * scratch memory of the blocks is one region per thread, which every phase reuses.
 */
export class MemoryPlan {
  readonly #batch: number;
  readonly #threads: number;
  readonly #pieces = new Map<Place, Piece>();
  readonly #derived = new Map<Place, Derived>();
  readonly #scratch: { readonly place: Place; readonly offset: number }[] = [];
  #scratchBytes = 0;

  constructor(batch: number, threads: number) {
    this.#batch = batch;
    this.#threads = threads;
  }

  /** For every sample of a batch. */
  perRow(bytes: number): Place {
    return this.#piece({ ...at(0), perRow: bytes }, bytes * this.#batch);
  }

  fixed(bytes: number): Place {
    return this.#piece(at(0), bytes);
  }

  perThread(bytes: number): Place {
    const perThread = aligned(bytes);
    return this.#piece({ ...at(0), perThread }, perThread * this.#threads);
  }

  /** Memory of each of so many parts. */
  perPart(bytes: number, parts: number): Place {
    const perPart = aligned(bytes);
    return this.#piece({ ...at(0), perPart }, perPart * parts);
  }

  /** What of `whole`, which every part has, belongs to one of them. */
  ofPart(whole: Place, part: number): Place {
    const place = at(0);
    return this.#derive(place, [whole], () => {
      place.at = whole.at + part * whole.perPart;
    });
  }

  /** `own` in the first part, and in the others what they have of `parts`. */
  behind(parts: Place, own: Place): Place {
    const place: Place = { ...at(0), perPart: parts.perPart };
    return this.#derive(place, [parts, own], () => {
      place.at = parts.at;
      place.mine = own.at;
    });
  }

  /** A part's share of the things at `whole`, of `bytes` each. */
  ofShare(whole: Place, share: Share, bytes: number): Place {
    const place: Place = { ...at(0), perShare: { share, bytes } };
    return this.#derive(place, [whole], () => {
      place.at = whole.at;
    });
  }

  /** Memory of a block, to be placed with `placeScratch`. */
  scratch(): Place {
    return at(0);
  }

  /** Places the scratch memory of one phase. */
  placeScratch(requests: readonly ScratchRequest[]): void {
    const through = requests.filter(({ task }) => task === undefined);
    const start = this.#placeFrom(0, through);
    for (const task of new Set(requests.map((request) => request.task))) {
      if (task !== undefined)
        this.#placeFrom(
          start,
          requests.filter((request) => request.task === task),
        );
    }
  }

  /**
   * Settles all addresses.
   *
   * @returns where the memory ends
   */
  settle(
    base: number,
    phases: readonly Phase[],
    { atStart, atEnd }: { readonly atStart: readonly Place[]; readonly atEnd: readonly Place[] },
  ): number {
    for (const [i, phase] of phases.entries()) {
      for (const place of stepsOf(phase).flatMap(placesOf)) {
        this.#use(place, i);
      }
    }
    for (const place of atStart) this.#use(place, -1);
    for (const place of atEnd) this.#use(place, phases.length);
    const end = this.#pack(base);
    const perThread = aligned(this.#scratchBytes);
    for (const { place, offset } of this.#scratch) {
      place.at = end + offset;
      place.perThread = perThread;
    }
    for (const { settle } of this.#derived.values()) settle();
    return end + perThread * this.#threads;
  }

  #piece(place: Place, bytes: number): Place {
    this.#pieces.set(place, { place, bytes: aligned(bytes), from: Number.POSITIVE_INFINITY, to: -1 });
    return place;
  }

  #derive(place: Place, sources: readonly Place[], settle: () => void): Place {
    this.#derived.set(place, { place, sources, settle });
    return place;
  }

  #placeFrom(start: number, requests: readonly ScratchRequest[]): number {
    let offset = start;
    for (const { place, bytes } of requests) {
      this.#scratch.push({ place, offset });
      offset += aligned(bytes);
    }
    this.#scratchBytes = Math.max(this.#scratchBytes, offset);
    return offset;
  }

  #use(place: Place, phase: number): void {
    for (const source of this.#derived.get(place)?.sources ?? []) this.#use(source, phase);
    const piece = this.#pieces.get(place);
    if (!piece) return;
    piece.from = Math.min(piece.from, phase);
    piece.to = Math.max(piece.to, phase);
  }

  /** The largest first, each at the lowest address that is free for as long as it is needed. */
  #pack(base: number): number {
    const start = aligned(base);
    const used = [...this.#pieces.values()].filter(({ from, to }) => from <= to);
    const placed: Piece[] = [];
    for (const piece of used.sort((a, b) => b.bytes - a.bytes)) {
      const busy = placed
        .filter(({ from, to }) => from <= piece.to && piece.from <= to)
        .sort((a, b) => a.place.at - b.place.at);
      let address = start;
      for (const other of busy) {
        if (other.place.at >= address + piece.bytes) break;
        address = Math.max(address, other.place.at + other.bytes);
      }
      piece.place.at = address;
      placed.push(piece);
    }
    return placed.reduce((end, { place, bytes }) => Math.max(end, place.at + bytes), start);
  }
}
