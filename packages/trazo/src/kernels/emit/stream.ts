import type { Node, Value } from "../../graph/value.js";
import { lateNodes } from "./stages.js";
import { needed, VectorCode } from "./vector-code.js";
import { Code, encodeModule, type Type } from "./wasm.js";

/** A computation element by element over arrays of one length. All values are float32. */
export interface Stream {
  /** Inputs of the graph that stand for an element of an array each. */
  readonly arrays: readonly Value[];
  /** Inputs of the graph that are the same for all elements. */
  readonly scalars: readonly Value[];
  /** The new element of an array, by the array. Arrays that are absent stay as they are. */
  readonly stores: ReadonlyMap<Value, Value>;
  /** What is added up over all elements: in float32 over each 128 values, and from there on in float64. */
  readonly sum?: Value | undefined;
  /** What is stored instead in calls in which a scalar is 0. */
  readonly otherwise?: { readonly scalar: Value; readonly stores: Stream["stores"] } | undefined;
}

/** Sums pass from float32 to float64 after this many bytes (128 values). */
const block = 512;
const vector = 16;

/** A part of what is computed of four elements. */
interface Part {
  readonly nodes: readonly Node[];
  /** Whether it comes last, and stores what no operator computes. */
  readonly ends: boolean;
}

/**
 * A WebAssembly module whose function `run` passes once over the arrays in the memory `env.memory`, four elements at a time.
 * Its parameters: a byte offset per array, their length in values, a byte offset of 16 free bytes per array, and the scalars.
 * It returns the sum, 0 without one.
 *
 * @param shared whether threads share the memory
 *
 * @throws TrazoError for an operator that is not computed element by element, or that has no vector form
 */
export function emitStream(
  { arrays, scalars, stores, sum, otherwise }: Stream,
  shared = false,
): Uint8Array<ArrayBuffer> {
  const parameters: Type[] = [
    ...arrays.map((): Type => "i32"),
    "i32",
    "i32",
    ...scalars.map((): Type => "f32"),
  ];
  const locals: Type[] = [];
  const local = (type: Type): number => parameters.length + locals.push(type) - 1;
  const [length, scratch] = [arrays.length, arrays.length + 1];
  const [at, bytes, whole, stop] = [local("i32"), local("i32"), local("i32"), local("i32")];
  const [total, partial, terms] = [local("v128"), local("v128"), local("v128")];
  const places = new Map(scalars.map((scalar, i) => [scalar, scratch + 1 + i]));
  const vectors = new VectorCode(places, () => local("v128"));

  const code = new Code();
  code.get(length).i32(2).plain("i32.shl").tee(bytes).i32(-vector).plain("i32.and").set(whole);
  if (otherwise) {
    const scalar = places.get(otherwise.scalar) as number;
    code
      .get(scalar)
      .plain("i32.reinterpret_f32")
      .when(() => passStoring(stores));
    code
      .get(scalar)
      .plain("i32.reinterpret_f32", "i32.eqz")
      .when(() => passStoring(otherwise.stores));
  } else {
    passStoring(stores);
  }
  code.get(total).lane64(0).get(total).lane64(1).plain("f64.add");
  code.bytes.unshift(...vectors.prologue.bytes);
  return encodeModule({ parameters, locals, result: "f64", globals: vectors.constants, code }, shared);

  /** The whole pass over the arrays. */
  function passStoring(stores: Stream["stores"]): void {
    const wanted = [...stores.values(), ...(sum ? [sum] : [])];
    // Elements of other arrays, scalars and constants.
    const uncomputed = new Set(wanted.filter(({ producer }) => !producer));
    const nodes = needed(wanted);
    const late = lateNodes(nodes);
    const [early, ahead, between, body, last] = [new Code(), new Code(), new Code(), new Code(), new Code()];
    pass(
      last,
      { nodes, ends: true },
      (array) => {
        last.get(scratch);
        return vector * arrays.indexOf(array);
      },
      () => addWide(last, terms),
    );
    const first: Part = { nodes: nodes.filter((node) => !late.has(node)), ends: false };
    passAlong(early, first, 0);
    const known = passAlong(ahead, first, vector);
    const used = new Set([...uncomputed, ...[...late].flatMap(({ inputs }) => inputs)]);
    vectors.rename(
      between,
      [...known].filter((value) => used.has(value)),
    );
    passAlong(body, { nodes: [...late], ends: true }, 0, known);

    code.get(at, whole).plain("i32.lt_u");
    code.when(() => (sum ? blocks() : turns(whole)));
    code.get(at, bytes).plain("i32.lt_u").when(remainder);

    /** A part of the pass over the four elements that lie `offset` bytes after those at hand, with the sum of their terms. */
    function passAlong(code: Code, part: Part, offset: number, known?: Set<Value>): Set<Value> {
      const place = (array: Value): number => {
        code.get(arrays.indexOf(array), at).plain("i32.add");
        return offset;
      };
      return pass(
        code,
        part,
        place,
        () => code.get(partial).get(terms).plain("f32x4.add").set(partial),
        known,
      );
    }

    /**
     * Four elements: loads, operators, stores.
     *
     * @param place pushes an address and gives the offset from it at which an array's elements are
     * @param addTerms adds what is summed up of these elements
     * @param known what was loaded or computed before; default nothing
     * @returns that with what is now
     */
    function pass(
      code: Code,
      { nodes, ends }: Part,
      place: (array: Value) => number,
      addTerms: () => void,
      known = new Set<Value>(),
    ): Set<Value> {
      const load = (array: Value): void => {
        if (!arrays.includes(array) || known.has(array)) return;
        known.add(array);
        code.load(place(array)).set(vectors.localOf(array));
      };
      const store = (value: Value): void => {
        known.add(value);
        for (const [array, next] of stores) {
          if (next !== value) continue;
          // Its old element may be needed later.
          load(array);
          const offset = place(array);
          vectors.push(code, value);
          code.store(offset);
        }
        if (value !== sum) return;
        vectors.push(code, value);
        code.set(terms);
        addTerms();
      };
      vectors.emit(code, nodes, { load, done: store });
      if (!ends) return known;
      for (const value of uncomputed) load(value);
      for (const value of uncomputed) store(value);
      return known;
    }

    /** The early part of each vector is computed before the late one of the vector before it. */
    function turns(limit: number): void {
      const isFollowed = (): Code => code.get(at).i32(vector).plain("i32.add").get(limit).plain("i32.lt_u");
      const finish = (): Code => code.get(at).i32(vector).plain("i32.add").set(at);
      code.bytes.push(...early.bytes);
      isFollowed().when(() =>
        code.loop(() => {
          code.bytes.push(...between.bytes, ...ahead.bytes, ...body.bytes);
          finish();
          isFollowed();
        }),
      );
      code.bytes.push(...between.bytes, ...body.bytes);
      finish();
    }

    function blocks(): void {
      code.loop(() => {
        // The smaller of at + block and whole.
        code.get(whole).set(stop);
        code.get(at).i32(block).plain("i32.add").get(whole).plain("i32.lt_u");
        code.when(() => code.get(at).i32(block).plain("i32.add").set(stop));
        code.i32(0).plain("i32x4.splat").set(partial);
        turns(stop);
        addWide(code, partial);
        code.get(at, whole).plain("i32.lt_u");
      });
    }

    /** Adds the four lanes of `x` to the two of the total. */
    function addWide(code: Code, x: number): void {
      code.get(total, x).plain("f64x2.promote_low_f32x4");
      code.get(x).upperHalf(x).plain("f64x2.promote_low_f32x4", "f64x2.add", "f64x2.add").set(total);
    }

    /** The values after the last whole vector, in free memory with zeros behind them. */
    function remainder(): void {
      const copy = (): Code => code.get(bytes, at).plain("i32.sub", "memory.copy");
      code
        .get(scratch)
        .i32(0)
        .i32(vector * arrays.length)
        .plain("memory.fill");
      for (const i of arrays.keys()) {
        code
          .get(scratch)
          .i32(vector * i)
          .plain("i32.add")
          .get(i, at)
          .plain("i32.add");
        copy();
      }
      code.bytes.push(...last.bytes);
      for (const array of stores.keys()) {
        const i = arrays.indexOf(array);
        code
          .get(i, at)
          .plain("i32.add")
          .get(scratch)
          .i32(vector * i)
          .plain("i32.add");
        copy();
      }
    }
  }
}
