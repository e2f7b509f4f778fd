/** Just enough of WebAssembly's binary format for a module with one function over an imported memory. */

/** Types of parameters and local variables, with their codes. */
export const types = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type Type = keyof typeof types;

/** Operators without immediates that the kernels use. */
const plain = {
  "i32.eqz": [0x45],
  "i32.lt_u": [0x49],
  "i32.add": [0x6a],
  "i32.sub": [0x6b],
  "i32.and": [0x71],
  "i32.shl": [0x74],
  "f64.add": [0xa0],
  "f64.mul": [0xa2],
  "i32.reinterpret_f32": [0xbc],
  "memory.copy": [0xfc, 0x0a, 0, 0],
  "memory.fill": [0xfc, 0x0b, 0],
  "i32x4.lt_s": [0xfd, 0x39],
  "i32x4.splat": [0xfd, 0x11],
  "f32x4.splat": [0xfd, 0x13],
  "f32x4.eq": [0xfd, 0x41],
  "f32x4.ne": [0xfd, 0x42],
  "f32x4.lt": [0xfd, 0x43],
  "f32x4.gt": [0xfd, 0x44],
  "f32x4.ge": [0xfd, 0x46],
  "v128.and": [0xfd, 0x4e],
  "v128.andnot": [0xfd, 0x4f],
  "v128.or": [0xfd, 0x50],
  "v128.xor": [0xfd, 0x51],
  "v128.bitselect": [0xfd, 0x52],
  "f64x2.promote_low_f32x4": [0xfd, 0x5f],
  "f32x4.sqrt": [0xfd, 0xe3, 1],
  "f32x4.add": [0xfd, 0xe4, 1],
  "f32x4.sub": [0xfd, 0xe5, 1],
  "f32x4.mul": [0xfd, 0xe6, 1],
  "f32x4.div": [0xfd, 0xe7, 1],
  "f32x4.pmin": [0xfd, 0xea, 1],
  "f32x4.pmax": [0xfd, 0xeb, 1],
  "f64x2.add": [0xfd, 0xf0, 1],
} as const;
export type Plain = keyof typeof plain;

const end = 0x0b;
const empty = 0x40;

/** The code of a function, written instruction by instruction. */
export class Code {
  readonly bytes: number[] = [];

  plain(...names: readonly Plain[]): this {
    for (const name of names) this.bytes.push(...plain[name]);
    return this;
  }

  get(...locals: readonly number[]): this {
    for (const local of locals) this.bytes.push(0x20, ...unsigned(local));
    return this;
  }

  set(local: number): this {
    this.bytes.push(0x21, ...unsigned(local));
    return this;
  }

  /** Sets and keeps the value. */
  tee(local: number): this {
    this.bytes.push(0x22, ...unsigned(local));
    return this;
  }

  i32(value: number): this {
    this.bytes.push(0x41, ...signed(value));
    return this;
  }

  f64(value: number): this {
    this.bytes.push(0x44, ...new Uint8Array(Float64Array.of(value).buffer));
    return this;
  }

  global(index: number): this {
    this.bytes.push(0x23, ...unsigned(index));
    return this;
  }

  /** Loads 16 bytes from the address on the stack plus `offset`. */
  load(offset = 0): this {
    this.bytes.push(0xfd, 0, 2, ...unsigned(offset));
    return this;
  }

  /** Stores 16 bytes at the address below the value plus `offset`. */
  store(offset = 0): this {
    this.bytes.push(0xfd, 0x0b, 2, ...unsigned(offset));
    return this;
  }

  /** The two upper lanes of the vector on the stack, kept in `local`, in place of the lower. */
  upperHalf(local: number): this {
    const lanes = [8, 9, 10, 11, 12, 13, 14, 15];
    this.tee(local)
      .get(local)
      .bytes.push(0xfd, 0x0d, ...lanes, ...lanes);
    return this;
  }

  /** One of the two lanes of float64. */
  lane64(lane: 0 | 1): this {
    this.bytes.push(0xfd, 0x21, lane);
    return this;
  }

  /** `body` when the condition on the stack holds. */
  when(body: () => void): this {
    return this.#enclose(0x04, body);
  }

  /** `body` again and again for as long as it leaves a true condition on the stack. */
  loop(body: () => void): this {
    return this.#enclose(0x03, () => {
      body();
      this.bytes.push(0x0d, 0);
    });
  }

  #enclose(opcode: number, body: () => void): this {
    this.bytes.push(opcode, empty);
    body();
    this.bytes.push(end);
    return this;
  }
}

export interface Module {
  readonly parameters: readonly Type[];
  readonly locals: readonly Type[];
  readonly result: Type;
  /** Vectors of four equal 32-bit words. */
  readonly globals: readonly number[];
  readonly code: Code;
}

/**
 * A module that imports `env.memory` and exports the function `run`.
 *
 * @param shared whether threads share the memory: it has to be declared, with a limit of 65,536 pages
 */
export function encodeModule(
  { parameters, locals, result, globals, code }: Module,
  shared = false,
): Uint8Array<ArrayBuffer> {
  const signature = [0x60, ...list(parameters.map(codeOf)), 1, types[result]];
  const limits = shared ? [3, 0, ...unsigned(65536)] : [0, 0];
  const memory = [...text("env"), ...text("memory"), 2, ...limits];
  const body = [...list(locals.map((type) => [1, types[type]])), ...code.bytes, end];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [signature]),
    ...section(2, [memory]),
    ...section(3, [[0]]),
    ...section(6, globals.map(globalVector)),
    ...section(7, [[...text("run"), 0, 0]]),
    ...section(10, [[...unsigned(body.length), ...body]]),
  ]);
}

/**
 * Declared mutable though nothing changes it: a compiler that knew the value would rebuild it in every iteration of a loop, where
 * a register or a place in memory serves better.
 */
function globalVector(word: number): number[] {
  const bytes = [...new Uint8Array(Int32Array.of(word, word, word, word).buffer)];
  return [types.v128, 1, 0xfd, 0x0c, ...bytes, end];
}

const codeOf = (type: Type): number[] => [types[type]];
const section = (id: number, entries: readonly number[][]): number[] => {
  const content = list(entries);
  return [id, ...unsigned(content.length), ...content];
};
const list = (entries: readonly number[][]): number[] => [...unsigned(entries.length), ...entries.flat()];
const text = (name: string): number[] => list([...name].map((letter) => [letter.charCodeAt(0)]));

function unsigned(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >>> 7;
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}
